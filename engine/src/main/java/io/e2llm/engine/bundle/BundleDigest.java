package io.e2llm.engine.bundle;

import io.e2llm.engine.ModelException;
import io.e2llm.engine.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** SHA-256 over a bundle or its encoder's part. */
final class BundleDigest {
  private BundleDigest() {}

  /** Over the length and the contents of each file in turn. */
  static String ofFiles(List<Path> files) {
    Sha256 sha256 = new Sha256();
    for (Path file : files) {
      try {
        sha256.bytes(ByteBuffer.allocate(Long.BYTES).putLong(Files.size(file)).flip());
        sha256.file(file);
      } catch (IOException e) {
        throw new ModelException(file.getFileName() + ": cannot be read", e);
      }
    }
    return sha256.toHex();
  }

  /** Over layers, pooling, the encoder's LoRA and the tensors of both in fp32. */
  static String ofEncoderSide(BundleSpec spec, Map<String, BundleTensor> tensors) {
    Sha256 sha256 = new Sha256();
    sha256.field(spec.encoder().layers().toString());
    sha256.field(PoolingJson.write(spec.pooling()).toString());
    spec.lora().encoder().ifPresent(lora -> sha256.field(lora.toString()));
    tensors.forEach(
        (name, tensor) -> {
          sha256.field(name + tensor.shape());
          sha256.bytes(tensor.values());
        });
    return sha256.toHex();
  }
}
