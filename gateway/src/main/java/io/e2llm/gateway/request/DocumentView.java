package io.e2llm.gateway.request;

import io.e2llm.common.error.ServingException;
import io.e2llm.gateway.documents.StoredDocument;
import io.e2llm.gateway.tiers.EncoderDirectory;
import io.e2llm.gateway.v1.Document;
import io.e2llm.gateway.v1.DocumentState;
import java.time.Instant;

/**
 * Documents as clients see them: encoded only if the encoders of now have done it.
 *
 * @param encoders the encoder tier
 */
public record DocumentView(EncoderDirectory encoders) {
  /** A document. */
  public Document of(StoredDocument stored) {
    Document.Builder document =
        Document.newBuilder()
            .setId(stored.key().id())
            .setTitle(stored.title())
            .setMediaType(stored.mediaType())
            .setBytes(stored.bytes())
            .setCodePoints(stored.codePoints())
            .setPinned(stored.lifetime().pinned())
            .setCreatedAt(stored.created().getEpochSecond())
            .setExpiresAt(stored.lifetime().expires().map(Instant::getEpochSecond).orElse(0L))
            .setState(DocumentState.DOCUMENT_STATE_STORED);
    stored
        .encoding()
        .ifPresent(
            encoding -> {
              document.setTokens(encoding.tokens()).setChunks(encoding.chunks());
              if (encoding.identity().equals(identity())) {
                document.setState(DocumentState.DOCUMENT_STATE_READY);
              }
            });
    return document.build();
  }

  /** The encoders' identity; empty while there are none. */
  private String identity() {
    try {
      return encoders.view().info().getIdentity();
    } catch (ServingException unreachable) {
      return "";
    }
  }
}
