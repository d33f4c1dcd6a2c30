package io.e2llm.common.error;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import io.grpc.Metadata;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place that maps failures to gRPC status and back. A status carries a {@code
 * google.rpc.ErrorInfo} with the {@link Reason}'s name and the domain {@value #DOMAIN}. What is not
 * a {@link ServingException} never reaches a caller with its own words: they may hold addresses,
 * paths or somebody's text.
 */
public final class StatusMapping {
  /** Domain of every {@code ErrorInfo}. */
  public static final String DOMAIN = "e2llm.io";

  private static final Logger log = LoggerFactory.getLogger(StatusMapping.class);
  private static final int MAX_MESSAGE_CHARS = 500;

  private StatusMapping() {}

  /** The status a caller is told; defects are logged with their details. */
  public static StatusRuntimeException toStatus(Throwable failure) {
    ServingException told = toServing(failure);
    return status(told.reason(), message(told));
  }

  /** A status for {@code reason}, told by {@code message}. */
  public static StatusRuntimeException status(Reason reason, String message) {
    ErrorInfo info = ErrorInfo.newBuilder().setReason(reason.name()).setDomain(DOMAIN).build();
    return StatusProto.toStatusRuntimeException(
        Status.newBuilder()
            .setCode(reason.code().value())
            .setMessage(oneLine(message))
            .addDetails(Any.pack(info))
            .build());
  }

  /**
   * Any failure as one that may be told: a {@link ServingException} as it is, a status of another
   * tier by its reason, or by its code with a fixed message, everything else as {@link
   * Reason#INTERNAL} with a fixed message, logged with its details.
   */
  public static ServingException toServing(Throwable failure) {
    Throwable cause = unwrap(failure);
    return switch (cause) {
      case ServingException known -> known;
      case StatusRuntimeException status -> received(status.getStatus(), status);
      case StatusException status -> received(status.getStatus(), status);
      case CancellationException cancelled ->
          new ServingException(Reason.CANCELLED, "the caller gave up", cancelled);
      case TimeoutException timeout ->
          new ServingException(Reason.DEADLINE_EXCEEDED, "the deadline passed", timeout);
      default -> {
        log.error("a call failed by a defect", failure);
        yield new ServingException(Reason.INTERNAL, "an internal error; the log says more", cause);
      }
    };
  }

  /** The reason another tier gave, if {@code failure} is a status that carries one. */
  public static Optional<Reason> reason(Throwable failure) {
    Throwable cause = unwrap(failure);
    if (cause instanceof ServingException known) {
      return Optional.of(known.reason());
    }
    return switch (cause) {
      case StatusRuntimeException status -> reason(status.getStatus(), status.getTrailers());
      case StatusException status -> reason(status.getStatus(), status.getTrailers());
      default -> Optional.empty();
    };
  }

  /** The reason in a status and its trailers, if they carry one of this domain. */
  public static Optional<Reason> reason(io.grpc.Status status, @Nullable Metadata trailers) {
    @Nullable Status details = StatusProto.fromStatusAndTrailers(status, trailers);
    if (details == null) {
      return Optional.empty();
    }
    return details.getDetailsList().stream()
        .filter(any -> any.is(ErrorInfo.class))
        .flatMap(any -> parse(any).stream())
        .filter(info -> info.getDomain().equals(DOMAIN))
        .flatMap(info -> named(info.getReason()).stream())
        .findFirst();
  }

  private static ServingException received(io.grpc.Status status, Exception failure) {
    Optional<Reason> reason = reason(failure);
    if (reason.isPresent() && tellable(reason.get())) {
      String message = status.getDescription() == null ? "" : status.getDescription();
      return new ServingException(reason.get(), oneLine(message), failure);
    }
    return switch (status.getCode()) {
      case DEADLINE_EXCEEDED ->
          new ServingException(Reason.DEADLINE_EXCEEDED, "the deadline passed", failure);
      case CANCELLED -> new ServingException(Reason.CANCELLED, "the caller gave up", failure);
      case RESOURCE_EXHAUSTED ->
          new ServingException(Reason.LIMIT_EXCEEDED, "a message is over a limit", failure);
      case UNAVAILABLE ->
          new ServingException(
              Reason.TIER_UNREACHABLE, "a tier this one needs does not answer", failure);
      case UNAUTHENTICATED, PERMISSION_DENIED -> {
        log.error("another tier refuses this one's credentials");
        yield new ServingException(
            Reason.TIER_UNREACHABLE, "a tier this one needs does not let it in", failure);
      }
      default -> {
        log.error("another tier failed", failure);
        yield new ServingException(
            Reason.INTERNAL, "an internal error; the log says more", failure);
      }
    };
  }

  /** Another tier's defects and its quarrel with our credentials are no business of our caller. */
  private static boolean tellable(Reason reason) {
    return reason != Reason.INTERNAL && reason != Reason.UNAUTHENTICATED;
  }

  private static Optional<ErrorInfo> parse(Any any) {
    try {
      return Optional.of(any.unpack(ErrorInfo.class));
    } catch (InvalidProtocolBufferException malformed) {
      log.debug("a status with malformed details", malformed);
      return Optional.empty();
    }
  }

  private static Optional<Reason> named(String name) {
    return Arrays.stream(Reason.values()).filter(reason -> reason.name().equals(name)).findFirst();
  }

  private static Throwable unwrap(Throwable failure) {
    @Nullable Throwable cause = failure.getCause();
    boolean wrapper =
        failure instanceof CompletionException || failure instanceof ExecutionException;
    return wrapper && cause != null ? unwrap(cause) : failure;
  }

  private static String message(ServingException failure) {
    @Nullable String message = failure.getMessage();
    return message == null ? "" : message;
  }

  private static String oneLine(String message) {
    String line = message.replaceAll("\\p{Cntrl}+", " ").strip();
    return line.length() <= MAX_MESSAGE_CHARS ? line : line.substring(0, MAX_MESSAGE_CHARS) + "…";
  }
}
