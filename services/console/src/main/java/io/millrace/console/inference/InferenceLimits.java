package io.millrace.console.inference;

import io.millrace.runtime.http.HttpStatusException;

/**
 * How much is answered at once.
 *
 * @param maxBatch images or texts that are answered together, at least 1
 * @param maxQueued images or texts that wait for a version, at least 1
 * @param maxBodyBytes of a request, at least 1024
 */
record InferenceLimits(int maxBatch, int maxQueued, int maxBodyBytes) {

  /** Bodies that an answer may be as large as: a number takes more bytes in JSON than in binary. */
  private static final int BODIES_OF_ANSWER = 4;

  private static final int MIN_ANSWER_BYTES = 1 << 20;

  /** The most numbers of a tensor that a request has or is answered with: a body full of FP32. */
  int maxNumbers() {
    return maxBodyBytes / Float.BYTES;
  }

  /** The most bytes of an answer. */
  int maxAnswerBytes() {
    return Math.max(MIN_ANSWER_BYTES, BODIES_OF_ANSWER * maxBodyBytes);
  }

  /** The refusal of a request with more images or texts than may wait. */
  HttpStatusException tooManyStrings() {
    return HttpStatusException.badRequest(
        "a request may have %d images or texts (console.inference.queue.max), has more"
            .formatted(maxQueued));
  }
}
