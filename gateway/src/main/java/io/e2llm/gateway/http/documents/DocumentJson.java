package io.e2llm.gateway.http.documents;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.e2llm.gateway.http.Json;
import io.e2llm.gateway.v1.Document;
import io.e2llm.gateway.v1.DocumentState;

/** Documents in JSON. */
final class DocumentJson {
  private DocumentJson() {}

  /** A document. */
  static ObjectNode of(Document document) {
    ObjectNode json = Json.object();
    json.put("id", document.getId());
    json.put("object", "document");
    json.put("title", document.getTitle());
    json.put("media_type", document.getMediaType());
    json.put("bytes", document.getBytes());
    json.put("characters", document.getCodePoints());
    json.put("tokens", document.getTokens());
    json.put("chunks", document.getChunks());
    boolean ready = document.getState() == DocumentState.DOCUMENT_STATE_READY;
    json.put("state", ready ? "ready" : "stored");
    json.put("pinned", document.getPinned());
    json.put("created_at", document.getCreatedAt());
    if (document.getExpiresAt() == 0) {
      json.putNull("expires_at");
    } else {
      json.put("expires_at", document.getExpiresAt());
    }
    return json;
  }
}
