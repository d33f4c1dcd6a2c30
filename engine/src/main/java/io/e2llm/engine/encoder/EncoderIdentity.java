package io.e2llm.engine.encoder;

import io.e2llm.engine.Sha256;
import io.e2llm.engine.bundle.AdapterBundle;
import io.e2llm.engine.chunk.Chunker;
import io.e2llm.engine.files.ModelFiles;
import io.e2llm.engine.torch.TorchOptions;
import java.util.List;
import java.util.Optional;

/** What soft prompts depend on, but for text, role, ratio and tenant. */
final class EncoderIdentity {
  private static final String DOMAIN = "e2llm encoder 1";

  private EncoderIdentity() {}

  /**
   * Hex SHA-256 over the files, the precision, the bundle's layers and pooling with its tensors,
   * and the chunker's version; each field preceded by its length.
   */
  static String of(ModelFiles files, TorchOptions options, Optional<AdapterBundle> bundle) {
    Sha256 sha256 = new Sha256();
    for (String field :
        List.of(
            DOMAIN,
            files.digest(),
            options.arithmetic(),
            bundle.map(AdapterBundle::encoderDigest).orElse(""),
            Integer.toString(Chunker.VERSION))) {
      sha256.field(field);
    }
    return sha256.toHex();
  }
}
