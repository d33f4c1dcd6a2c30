package io.e2llm.gateway.http;

import com.linecorp.armeria.server.ServiceRequestContext;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a handler may know of a request beside its body.
 *
 * @param context of the request
 * @param departure what to do when the client goes away
 */
public record Exchange(ServiceRequestContext context, Departure departure) {
  /** A part of the path. */
  public String path(String name) {
    return part(context, name);
  }

  /** A part of a request's path. */
  public static String part(ServiceRequestContext context, String name) {
    return Objects.requireNonNull(context.pathParam(name), "a part of its route");
  }

  /** A parameter of the query. */
  public static Optional<String> query(ServiceRequestContext context, String name) {
    @Nullable String value = context.queryParam(name);
    return Optional.ofNullable(value);
  }

  /**
   * A parameter that is a whole number of at least 0.
   *
   * @throws HttpFailure when it is none
   */
  public static long number(ServiceRequestContext context, String name, long absent) {
    Optional<String> value = query(context, name);
    if (value.isEmpty()) {
      return absent;
    }
    if (!value.get().matches("[0-9]{1,18}")) {
      throw HttpFailure.field(name, "is no whole number");
    }
    return Long.parseLong(value.get());
  }

  /**
   * A parameter that is true or false; false where it is absent.
   *
   * @throws HttpFailure when it is neither
   */
  public static boolean flag(ServiceRequestContext context, String name) {
    return switch (query(context, name).orElse("false")) {
      case "true" -> true;
      case "false" -> false;
      default -> throw HttpFailure.field(name, "is neither true nor false");
    };
  }
}
