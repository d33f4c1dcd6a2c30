package io.e2llm.engine.torch;

import ai.djl.engine.EngineException;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import io.e2llm.engine.ModelException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Map;

/**
 * An object of a TorchScript class. Methods run in inference mode, one JNI call each. Confined to
 * one thread at a time.
 */
public final class TorchModule implements AutoCloseable {
  private final String name;
  private final PtSymbolBlock block;
  private boolean open = true;

  private TorchModule(String name, PtSymbolBlock block) {
    this.name = name;
    this.block = block;
    NativeObjects.made();
  }

  /**
   * Compiles and makes an object; see {@link TorchScriptPacker#pack}.
   *
   * @throws ModelException when libtorch refuses the source or the attributes
   */
  public static TorchModule load(
      String source, String className, Map<String, ScriptAttribute> attributes) {
    TorchRuntime.load();
    byte[] archive = TorchScriptPacker.pack(source, className, attributes);
    try {
      return new TorchModule(
          className,
          JniUtils.loadModule(
              TorchRuntime.manager(), new ByteArrayInputStream(archive), false, false));
    } catch (EngineException | IOException e) {
      throw new ModelException("TorchScript class " + className + ": " + TorchFailures.brief(e), e);
    }
  }

  /**
   * Runs a method. The result is the caller's to close.
   *
   * @throws IllegalStateException when it fails; the message is one line
   */
  public TorchResult run(String method, ScriptArgument... arguments) {
    PtSymbolBlock running = block();
    IValue[] values = new IValue[arguments.length];
    try {
      for (int i = 0; i < arguments.length; i++) {
        values[i] = value(arguments[i]);
        NativeObjects.made();
      }
      return new TorchResult(IValueUtils.runMethod(running, method, values));
    } catch (EngineException e) {
      throw TorchFailures.of(name + "." + method, e);
    } finally {
      close(values);
    }
  }

  PtSymbolBlock block() {
    if (!open) {
      throw new IllegalStateException(name + " is closed");
    }
    return block;
  }

  /** Runs a method whose result nobody wants. */
  public void call(String method, ScriptArgument... arguments) {
    run(method, arguments).close();
  }

  /** Runs a method that returns a tensor, which is the caller's to close. */
  public TorchTensor tensor(String method, ScriptArgument... arguments) {
    try (TorchResult result = run(method, arguments)) {
      return result.tensor();
    }
  }

  private static void close(IValue[] values) {
    for (IValue value : values) {
      if (value != null) {
        value.close();
        NativeObjects.closed();
      }
    }
  }

  private static IValue value(ScriptArgument argument) {
    return switch (argument) {
      case ScriptArgument.Int i -> IValue.from(i.value());
      case ScriptArgument.Real r -> IValue.from(r.value());
      case ScriptArgument.Bool b -> IValue.from(b.value());
      case ScriptArgument.Ints ints -> IValue.listFrom(ints.values());
      case ScriptArgument.OneTensor tensor -> IValue.from(tensor.value().array());
      case ScriptArgument.Tensors tensors ->
          IValue.listFrom(
              tensors.values().stream().map(TorchTensor::array).toArray(PtNDArray[]::new));
    };
  }

  @Override
  public void close() {
    if (open) {
      open = false;
      block.close();
      NativeObjects.closed();
    }
  }
}
