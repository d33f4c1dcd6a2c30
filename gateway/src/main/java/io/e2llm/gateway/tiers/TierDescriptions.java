package io.e2llm.gateway.tiers;

import io.e2llm.common.client.Endpoint;
import io.e2llm.decoder.v1.DecoderInfo;
import io.e2llm.decoder.v1.DecoderServiceGrpc;
import io.e2llm.decoder.v1.GetDecoderRequest;
import io.e2llm.encoder.v1.EncoderInfo;
import io.e2llm.encoder.v1.EncoderServiceGrpc;
import io.e2llm.encoder.v1.GetEncoderRequest;
import io.e2llm.engine.chat.ChatTemplate;
import io.e2llm.engine.chat.JinjaChatTemplate;
import io.e2llm.engine.tokenizer.HfTokenizer;
import java.io.ByteArrayOutputStream;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;

/**
 * Asks a tier's process what it is. All calls block, at most {@value #DEADLINE_SECONDS} seconds,
 * and throw the status they got.
 */
final class TierDescriptions {
  private static final int DEADLINE_SECONDS = 10;

  /** A template for models that bring none: the contents, one after the other. */
  private static final String NO_TEMPLATE =
      "{% for message in messages %}{{ message['content'] }}{{ '\\n\\n' }}{% endfor %}";

  private TierDescriptions() {}

  static EncoderInfo encoder(Endpoint endpoint) {
    return EncoderServiceGrpc.newBlockingStub(endpoint.channel())
        .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
        .getEncoder(GetEncoderRequest.getDefaultInstance())
        .getEncoder();
  }

  static DecoderInfo decoder(Endpoint endpoint) {
    return DecoderServiceGrpc.newBlockingStub(endpoint.channel())
        .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
        .getDecoder(GetDecoderRequest.getDefaultInstance())
        .getDecoder();
  }

  static EncoderModel encoderModel(Endpoint endpoint) {
    EncoderInfo info = encoder(endpoint);
    ByteArrayOutputStream json = new ByteArrayOutputStream();
    EncoderServiceGrpc.newBlockingStub(endpoint.channel())
        .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
        .getTokenizer(io.e2llm.encoder.v1.GetTokenizerRequest.getDefaultInstance())
        .forEachRemaining(piece -> json.writeBytes(piece.getTokenizerJson().toByteArray()));
    return new EncoderModel(info, HfTokenizer.fromJson(json.toByteArray()));
  }

  static DecoderModelParts decoderModel(Endpoint endpoint) {
    DecoderInfo info = decoder(endpoint);
    ByteArrayOutputStream json = new ByteArrayOutputStream();
    Iterator<io.e2llm.decoder.v1.GetTokenizerResponse> pieces =
        DecoderServiceGrpc.newBlockingStub(endpoint.channel())
            .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
            .getTokenizer(io.e2llm.decoder.v1.GetTokenizerRequest.getDefaultInstance());
    io.e2llm.decoder.v1.GetTokenizerResponse first = pieces.next();
    json.writeBytes(first.getTokenizerJson().toByteArray());
    pieces.forEachRemaining(piece -> json.writeBytes(piece.getTokenizerJson().toByteArray()));
    String source = first.getChatTemplate().isEmpty() ? NO_TEMPLATE : first.getChatTemplate();
    ChatTemplate template = JinjaChatTemplate.of(source, first.getBosToken(), first.getEosToken());
    return new DecoderModelParts(info, HfTokenizer.fromJson(json.toByteArray()), template);
  }
}
