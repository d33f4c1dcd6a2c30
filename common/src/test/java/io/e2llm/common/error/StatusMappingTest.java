package io.e2llm.common.error;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.rpc.ErrorInfo;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class StatusMappingTest {
  @ParameterizedTest
  @EnumSource
  void everyReason_travelsThereAndBack(Reason reason) {
    StatusRuntimeException status = StatusMapping.toStatus(new ServingException(reason, "words"));
    assertEquals(reason.code(), status.getStatus().getCode());
    assertEquals("words", status.getStatus().getDescription());
    assertEquals(Optional.of(reason), StatusMapping.reason(status));
  }

  @Test
  void status_carriesErrorInfo_ofTheDomain() throws Exception {
    var details =
        StatusProto.fromThrowable(
            StatusMapping.status(Reason.QUEUE_FULL, "too many requests wait"));
    assertNotNull(details);
    ErrorInfo info = details.getDetails(0).unpack(ErrorInfo.class);
    assertEquals("QUEUE_FULL", info.getReason());
    assertEquals("e2llm.io", info.getDomain());
  }

  @Test
  void unknownFailure_isInternal_withoutItsWords() {
    StatusRuntimeException status =
        StatusMapping.toStatus(new IllegalStateException("secret at 10.0.0.7:7071"));
    assertEquals(Status.Code.INTERNAL, status.getStatus().getCode());
    assertEquals(Optional.of(Reason.INTERNAL), StatusMapping.reason(status));
    assertFalse(String.valueOf(status.getMessage()).contains("10.0.0.7"));
  }

  @Test
  void wrappedFailure_isUnwrapped() {
    ServingException inner = new ServingException(Reason.KV_FULL, "does not fit");
    Throwable wrapped = new CompletionException(new ExecutionException(inner));
    assertEquals(inner, StatusMapping.toServing(wrapped));
  }

  @Test
  void unreachableChannel_isToldWithoutAddress() {
    StatusRuntimeException refused =
        Status.UNAVAILABLE
            .withDescription("io exception connecting to /10.0.0.7:7071")
            .asRuntimeException();
    ServingException told = StatusMapping.toServing(refused);
    assertEquals(Reason.TIER_UNREACHABLE, told.reason());
    assertFalse(String.valueOf(told.getMessage()).contains("10.0.0.7"));
  }

  @Test
  void reasonOfAnotherTier_isPassedOn() {
    StatusRuntimeException received = StatusMapping.status(Reason.CHUNK_TOO_LONG, "130 of 128");
    ServingException told = StatusMapping.toServing(received);
    assertEquals(Reason.CHUNK_TOO_LONG, told.reason());
    assertEquals("130 of 128", told.getMessage());
  }

  @Test
  void credentialsRefusedByAnotherTier_areNotTheCallersFault() {
    StatusRuntimeException received = StatusMapping.status(Reason.UNAUTHENTICATED, "no token");
    assertEquals(Reason.TIER_UNREACHABLE, StatusMapping.toServing(received).reason());
  }

  @Test
  void defectOfAnotherTier_staysInternal_withFixedWords() {
    StatusRuntimeException received = StatusMapping.status(Reason.INTERNAL, "stack at x.java:3");
    ServingException told = StatusMapping.toServing(received);
    assertEquals(Reason.INTERNAL, told.reason());
    assertFalse(String.valueOf(told.getMessage()).contains("x.java"));
  }

  @Test
  void plainCodes_haveTheirReasons() {
    assertEquals(Reason.DEADLINE_EXCEEDED, reasonOf(Status.DEADLINE_EXCEEDED));
    assertEquals(Reason.CANCELLED, reasonOf(Status.CANCELLED));
    assertEquals(Reason.LIMIT_EXCEEDED, reasonOf(Status.RESOURCE_EXHAUSTED));
    assertEquals(Reason.INTERNAL, reasonOf(Status.DATA_LOSS));
    assertEquals(Reason.CANCELLED, StatusMapping.toServing(new CancellationException()).reason());
    assertEquals(
        Reason.DEADLINE_EXCEEDED, StatusMapping.toServing(new TimeoutException()).reason());
  }

  @Test
  void foreignDomain_isNoReason() {
    ErrorInfo foreign =
        ErrorInfo.newBuilder().setReason("QUEUE_FULL").setDomain("example.org").build();
    StatusRuntimeException received =
        StatusProto.toStatusRuntimeException(
            com.google.rpc.Status.newBuilder()
                .setCode(Status.Code.UNAVAILABLE.value())
                .addDetails(com.google.protobuf.Any.pack(foreign))
                .build());
    assertTrue(StatusMapping.reason(received).isEmpty());
  }

  @Test
  void longOrBrokenMessages_becomeOneShortLine() {
    StatusRuntimeException status =
        StatusMapping.status(Reason.INVALID_REQUEST, "a\nb\r\tc" + "x".repeat(10_000));
    String message = String.valueOf(status.getStatus().getDescription());
    assertTrue(message.startsWith("a b c"), message);
    assertEquals(501, message.length());
  }

  private static Reason reasonOf(Status status) {
    return StatusMapping.toServing(status.asRuntimeException()).reason();
  }
}
