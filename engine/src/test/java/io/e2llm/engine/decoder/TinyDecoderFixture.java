package io.e2llm.engine.decoder;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.e2llm.engine.TinyModels;
import io.e2llm.engine.files.ModelFiles;
import io.e2llm.engine.torch.CoreBudget;
import io.e2llm.engine.torch.NativeObjects;
import io.e2llm.engine.torch.Operators;
import io.e2llm.engine.torch.TorchOptions;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A tiny seeded decoder, which leaves no native object behind. */
abstract class TinyDecoderFixture {
  private final long nativeObjectsBefore = NativeObjects.live();
  TorchDecoder model;

  @SuppressWarnings("NullAway.Init") // the extension sets it
  @TempDir
  Path folder;

  @SuppressWarnings("NullAway.Init") // open() does it
  TinyDecoderFixture() {}

  @BeforeEach
  void open() {
    TinyModels.writeDecoder(folder);
    TorchOptions options = TorchOptions.cpu(CoreBudget.ofMachine());
    model =
        Decoders.load(ModelFiles.open(folder), Optional.empty(), options, Operators.of(options));
  }

  @AfterEach
  void close() {
    model.close();
    assertEquals(nativeObjectsBefore, NativeObjects.live());
  }
}
