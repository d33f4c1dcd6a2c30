package io.e2llm.engine.torch;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Calls of TorchScript methods that libtorch's autograd can differentiate. What such a call returns
 * keeps its graph, and with it what the graph needs, until it is closed.
 *
 * <p>Arguments are tensors and lists of tensors that are not empty, each tensor once in a call.
 * Tensors that {@link TorchModule#run} made may be read, but not where a gradient needs their
 * values. Confined to one thread at a time.
 */
public final class Autograd {
  private static final String METHOD = "module_method:";

  /** DJL switches gradients off for threads that it meets; here each call says what it wants. */
  private static final ThreadLocal<Boolean> TRACKED = ThreadLocal.withInitial(() -> true);

  private Autograd() {}

  /**
   * Runs a method. The results are the caller's to close.
   *
   * @throws IllegalStateException when it fails; the message is one line
   */
  public static List<TorchTensor> run(
      TorchModule module, String method, ScriptArgument... arguments) {
    List<PtNDArray> named = new ArrayList<>();
    JniUtils.setGradMode(TRACKED.get());
    try (NDArray marker = TorchRuntime.manager().create(0)) {
      marker.setName(METHOD + method);
      NDList inputs = new NDList();
      Set<PtNDArray> standing = Collections.newSetFromMap(new IdentityHashMap<>());
      for (int i = 0; i < arguments.length; i++) {
        add(arguments[i], "a" + i, standing, named);
      }
      inputs.addAll(named);
      inputs.add(marker);
      List<TorchTensor> results = new ArrayList<>();
      for (NDArray result : IValueUtils.forward(module.block(), inputs, true)) {
        results.add(new TorchTensor((PtNDArray) result));
      }
      return results;
    } catch (EngineException e) {
      throw TorchFailures.of(method, e);
    } finally {
      named.forEach(array -> array.setName(null));
    }
  }

  /** Runs a method that returns a tensor, which is the caller's to close. */
  public static TorchTensor tensor(TorchModule module, String method, ScriptArgument... arguments) {
    return run(module, method, arguments).getFirst();
  }

  /**
   * Adds to the gradient of every parameter that {@code y} depends on what a small change of it
   * changes in the sum of {@code y * gradient}. The graph of {@code y} is used up.
   *
   * @param gradient of {@code y}'s shape
   */
  public static void backward(TorchTensor y, TorchTensor gradient) {
    try {
      JniUtils.backward(y.array(), gradient.array(), false, false);
    } catch (EngineException e) {
      throw TorchFailures.of("backward", e);
    }
  }

  /** The same for a {@code y} of one element, with a gradient of 1. */
  public static void backward(TorchTensor y) {
    try (TorchTensor one = new TorchTensor((PtNDArray) y.array().onesLike())) {
      backward(y, one);
    }
  }

  /**
   * Runs calls of which nothing is kept for gradients, though their results may be read by some.
   */
  public static <T> T untracked(Supplier<T> calls) {
    boolean before = TRACKED.get();
    TRACKED.set(false);
    try {
      return calls.get();
    } finally {
      TRACKED.set(before);
    }
  }

  private static void add(
      ScriptArgument argument, String name, Set<PtNDArray> standing, List<PtNDArray> named) {
    switch (argument) {
      case ScriptArgument.OneTensor tensor -> name(tensor.value().array(), name, standing, named);
      case ScriptArgument.Tensors tensors -> {
        if (tensors.values().isEmpty()) {
          throw new IllegalArgumentException("an empty list");
        }
        tensors.values().forEach(each -> name(each.array(), name + "[]", standing, named));
      }
      case ScriptArgument.Int i -> throw notATensor();
      case ScriptArgument.Real r -> throw notATensor();
      case ScriptArgument.Bool b -> throw notATensor();
      case ScriptArgument.Ints ints -> throw notATensor();
    }
  }

  private static void name(
      PtNDArray array, String name, Set<PtNDArray> standing, List<PtNDArray> named) {
    if (!standing.add(array)) {
      throw new IllegalArgumentException("a tensor stands twice among the arguments");
    }
    array.setName(name);
    named.add(array);
  }

  private static IllegalArgumentException notATensor() {
    return new IllegalArgumentException("only tensors can be differentiated through");
  }
}
