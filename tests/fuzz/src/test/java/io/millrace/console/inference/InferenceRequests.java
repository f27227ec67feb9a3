package io.millrace.console.inference;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads requests for inference, for fuzzing. */
public final class InferenceRequests {

  private static final InferenceLimits LIMITS = new InferenceLimits(64, 256, 1 << 20);

  private InferenceRequests() {}

  /**
   * Reads the body of a request.
   *
   * @param headerLength the header that says where binary tensors begin; null for none
   * @throws io.millrace.runtime.http.HttpStatusException if it is refused
   */
  public static Object read(byte[] body, @Nullable String headerLength) {
    return InferRequestReader.read(body, Optional.ofNullable(headerLength), LIMITS);
  }
}
