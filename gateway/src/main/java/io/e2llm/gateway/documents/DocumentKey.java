package io.e2llm.gateway.documents;

import java.util.regex.Pattern;

/**
 * What a document is known by.
 *
 * @param tenant whose it is; empty while callers are not told apart
 * @param id its name among that tenant's: 1 to 128 of {@code A-Za-z0-9._-}
 */
public record DocumentKey(String tenant, String id) {
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,128}");

  /** Checks the id. */
  public DocumentKey {
    if (!isId(id)) {
      throw new IllegalArgumentException("no document id");
    }
  }

  /** Whether documents may be called so. */
  public static boolean isId(String id) {
    return ID.matcher(id).matches();
  }
}
