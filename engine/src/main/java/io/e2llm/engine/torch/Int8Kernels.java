package io.e2llm.engine.torch;

import io.e2llm.engine.ModelException;
import java.util.Map;

/**
 * What this CPU's 8-bit kernels can do, found out by asking them. A CPU with instructions for 8-bit
 * products adds them up exactly. An older one adds pairs of them in 16 bits, where weights of 8
 * bits overflow and weights of 7 bits do not. Thread-safe.
 */
public final class Int8Kernels {
  private static final int WIDTH = 64;
  private static final int FULL = 127;
  private static final int HALF = 63;

  private Int8Kernels() {}

  /** Whether this libtorch has the kernels. */
  public static boolean present() {
    return Probed.TOP > 0;
  }

  /**
   * The largest whole number a weight may hold so that products are exact: 127 or 63.
   *
   * @throws ModelException when there are no such kernels
   */
  public static int largestWeight() {
    if (!present()) {
      throw new ModelException("precision int8: this libtorch has no 8-bit kernels for this CPU");
    }
    return Probed.TOP;
  }

  /** Not in {@link Probed}: the thread would wait for that class, which waits for the thread. */
  private static int probe() {
    return NativeWork.onThreadOfItsOwn(
        "e2llm-probe", () -> exact(FULL) ? FULL : exact(HALF) ? HALF : 0);
  }

  /** Whether a product of the largest numbers is what it should be. */
  private static boolean exact(int weight) {
    try (TorchModule module =
            TorchModule.load(TorchScriptPacker.sources("int8_probe.py"), "Int8Probe", Map.of());
        TorchResult result = module.run("probe", ScriptArgument.of(weight))) {
      return result.integer() == (long) FULL * weight * WIDTH;
    } catch (ModelException | IllegalStateException e) {
      return false;
    }
  }

  private static final class Probed {
    static final int TOP = probe();
  }
}
