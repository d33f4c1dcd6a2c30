package io.e2llm.gateway.tiers;

import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import com.google.protobuf.ByteString;
import io.e2llm.common.client.Endpoint;
import io.e2llm.common.client.Endpoints;
import io.e2llm.decoder.v1.DecoderInfo;
import io.e2llm.decoder.v1.DecoderServiceGrpc;
import io.e2llm.decoder.v1.GetDecoderRequest;
import io.e2llm.decoder.v1.GetDecoderResponse;
import io.e2llm.decoder.v1.GetTokenizerRequest;
import io.e2llm.decoder.v1.GetTokenizerResponse;
import io.e2llm.engine.chat.ChatTemplate;
import io.e2llm.engine.chat.JinjaChatTemplate;
import io.e2llm.engine.tokenizer.HfTokenizer;
import io.e2llm.engine.tokenizer.Tokenizer;
import io.grpc.Channel;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** The decoder tier as the gateway sees it. Thread-safe. */
public final class DecoderDirectory implements AutoCloseable {
  private static final int DESCRIBE_SECONDS = 5;
  private static final int TOKENIZER_SECONDS = 60;

  /** For base models without a template of their own: the contents, a blank line after each. */
  private static final String PLAIN_TEMPLATE =
      "{% for message in messages %}{{ message['content'] + '\n\n' }}{% endfor %}";

  private final Directory<DecoderInfo> directory;
  private final LoadOnce<Language> languages = new LoadOnce<>();
  private final EndpointLoads loads = new EndpointLoads();

  /** The decoders at {@code endpoints}. */
  public DecoderDirectory(Endpoints endpoints, LongSupplier nanoTime) {
    directory =
        new Directory<>(
            "decoder",
            endpoints,
            DecoderDirectory::describe,
            info -> info.getIdentity() + '/' + info.getBundleDigest(),
            nanoTime);
  }

  /**
   * The decoder at present, its tokenizer and template loaded.
   *
   * @throws io.e2llm.common.error.ServingException TIER_UNREACHABLE when none answers
   */
  public DecoderView view() {
    Directory.Group<DecoderInfo> group = directory.group();
    Language language =
        languages.get(
            group.info().getIdentity(),
            () ->
                LoadOnce.first(
                    group.endpoints(), DecoderDirectory::loadLanguage, directory::unreachable));
    return new DecoderView(
        group.info(), language.tokenizer(), language.template(), group.endpoints().size());
  }

  /** Endpoints that hold this decoder, with this bundle, at present. */
  public List<Endpoint> members(DecoderInfo info) {
    return directory.members(info.getIdentity() + '/' + info.getBundleDigest());
  }

  /** Generations that run. */
  public EndpointLoads loads() {
    return loads;
  }

  /** Tells that a call just failed for want of an answer. */
  public void failed(Endpoint endpoint) {
    directory.failed(endpoint);
  }

  private static ListenableFuture<DecoderInfo> describe(Channel channel) {
    return Futures.transform(
        DecoderServiceGrpc.newFutureStub(channel)
            .withDeadlineAfter(DESCRIBE_SECONDS, TimeUnit.SECONDS)
            .getDecoder(GetDecoderRequest.getDefaultInstance()),
        GetDecoderResponse::getDecoder,
        MoreExecutors.directExecutor());
  }

  private static Language loadLanguage(Endpoint endpoint) {
    Iterator<GetTokenizerResponse> pieces =
        DecoderServiceGrpc.newBlockingStub(endpoint.channel())
            .withDeadlineAfter(TOKENIZER_SECONDS, TimeUnit.SECONDS)
            .getTokenizer(GetTokenizerRequest.getDefaultInstance());
    GetTokenizerResponse first = pieces.next();
    ByteString json = first.getTokenizerJson();
    while (pieces.hasNext()) {
      json = json.concat(pieces.next().getTokenizerJson());
    }
    String source = first.getChatTemplate();
    return new Language(
        HfTokenizer.fromJson(json.toByteArray()),
        JinjaChatTemplate.of(
            source.isEmpty() ? PLAIN_TEMPLATE : source, first.getBosToken(), first.getEosToken()));
  }

  /** Frees the tokenizers. No request may run any more. */
  @Override
  public void close() {
    languages.clear(language -> language.tokenizer().close());
  }

  private record Language(Tokenizer tokenizer, ChatTemplate template) {}
}
