package io.e2llm.engine.torch;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.e2llm.engine.EngineEnvironment;
import io.e2llm.engine.ModelException;

/**
 * libtorch in this process. It is loaded at the first use, after the environment was prepared so
 * that nothing of it reaches out to the network. Thread-safe.
 */
public final class TorchRuntime {
  /** Setting them is not free, even to what they are. */
  private static final ThreadLocal<Integer> THREADS_SET = ThreadLocal.withInitial(() -> 0);

  private TorchRuntime() {}

  /** Loads libtorch if that has not happened yet. */
  public static void load() {
    var unused = manager();
  }

  /** Whether this libtorch can compute on CUDA devices, and there is one. */
  public static boolean hasCuda() {
    load();
    return JniUtils.getFeatures().contains("CUDA") && Loaded.ENGINE.getGpuCount() > 0;
  }

  /** Whether this libtorch has oneDNN's kernels for the CPU. */
  public static boolean hasOneDnn() {
    load();
    return JniUtils.getFeatures().contains("MKLDNN");
  }

  /** The calling thread's threads within one operation. */
  public static int threads() {
    load();
    return JniUtils.getNumThreads();
  }

  /**
   * Sets the calling thread's threads within one operation, and switches the profiling graph
   * executor off for it: shapes change from call to call, and it would specialise on them.
   */
  public static void setThreads(int threads) {
    load();
    if (THREADS_SET.get() != threads) {
      JniUtils.setNumThreads(threads);
      JniUtils.setGraphExecutorOptimize(false);
      THREADS_SET.set(threads);
    }
  }

  /** Owner of all arrays on DJL's side; they are closed one by one. */
  static PtNDManager manager() {
    return Loaded.MANAGER;
  }

  private static final class Loaded {
    static final Engine ENGINE = engine();
    static final PtNDManager MANAGER = (PtNDManager) ENGINE.newBaseManager(Device.cpu());

    private static Engine engine() {
      EngineEnvironment.prepare();
      try {
        return Engine.getEngine("PyTorch");
      } catch (RuntimeException e) {
        throw new ModelException("libtorch does not load: " + TorchFailures.brief(e), e);
      }
    }
  }
}
