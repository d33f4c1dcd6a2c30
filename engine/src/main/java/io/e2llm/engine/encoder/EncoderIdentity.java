package io.e2llm.engine.encoder;

import io.e2llm.engine.bundle.AdapterBundle;
import io.e2llm.engine.files.ModelFiles;
import io.e2llm.engine.torch.Precision;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
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
  static String of(ModelFiles files, Precision precision, Optional<AdapterBundle> bundle) {
    MessageDigest sha256 = sha256();
    for (String field :
        List.of(
            DOMAIN,
            files.digest(),
            precision.label(),
            bundle.map(AdapterBundle::encoderDigest).orElse(""),
            Integer.toString(ChunkerVersion.CURRENT))) {
      byte[] bytes = field.getBytes(StandardCharsets.UTF_8);
      sha256.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
      sha256.update(bytes);
    }
    return HexFormat.of().formatHex(sha256.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
