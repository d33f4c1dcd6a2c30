package io.e2llm.gateway.http;

import com.linecorp.armeria.common.HttpStatus;
import io.e2llm.common.error.Reason;
import io.e2llm.common.error.ServingException;
import io.e2llm.common.error.StatusMapping;
import java.io.Serial;
import java.util.Locale;
import java.util.Optional;

/** A failure as it is told over HTTP, in the shape of OpenAI's errors. */
public final class HttpFailure extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  private final int status;
  private final String code;
  private final String param;

  /**
   * A failure.
   *
   * @param code stable name of the reason, in lower case
   * @param param path of the field that is wrong; empty for none
   */
  public HttpFailure(HttpStatus status, String code, String param, String message) {
    super(message);
    this.status = status.code();
    this.code = code;
    this.param = param;
  }

  private HttpFailure(ServingException failure) {
    super(failure.getMessage(), failure);
    status = failure.reason().httpStatus();
    code = failure.reason().name().toLowerCase(Locale.ROOT);
    param = "";
  }

  /** A field of the request is wrong. */
  public static HttpFailure field(String param, String problem) {
    String message = param.isEmpty() ? problem : param + " " + problem;
    return new HttpFailure(HttpStatus.BAD_REQUEST, "invalid_request", param, message);
  }

  /** A field asks for what this server does not do. */
  public static HttpFailure unsupported(String param, String why) {
    return new HttpFailure(
        HttpStatus.BAD_REQUEST, "unsupported_parameter", param, param + ": " + why);
  }

  /** Any failure as one that may be told. */
  public static HttpFailure of(Throwable failure) {
    return failure instanceof HttpFailure told
        ? told
        : new HttpFailure(StatusMapping.toServing(failure));
  }

  /** The HTTP status. */
  public HttpStatus status() {
    return HttpStatus.valueOf(status);
  }

  /** The stable name of the reason. */
  public String code() {
    return code;
  }

  /** Path of the field that is wrong. */
  public Optional<String> param() {
    return param.isEmpty() ? Optional.empty() : Optional.of(param);
  }

  /** OpenAI's kind of error. */
  public String type() {
    return switch (status) {
      case 401 -> "authentication_error";
      case 403 -> "permission_error";
      case 404 -> "not_found_error";
      case 429 -> "rate_limit_error";
      case 500, 504 -> "server_error";
      case 503 -> "service_unavailable";
      default -> "invalid_request_error";
    };
  }

  /** Whether the same may succeed after a pause. */
  boolean passes() {
    boolean busy = status == 429 || status == 503;
    return busy && !code.equals(Reason.KV_FULL.name().toLowerCase(Locale.ROOT));
  }
}
