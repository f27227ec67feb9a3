package io.millrace.cli.demo.data;

import java.util.function.LongSupplier;

/**
 * Keeps a feed from running far ahead of the services, so that a record is predicted by a model
 * that has just learned from the records before.
 *
 * @param processedImages the number of images processed so far
 * @param maxImagesAhead the maximum number of images sent but not processed
 * @param processedMails the number of mails processed so far
 * @param maxMailsAhead the maximum number of mails sent but not processed
 */
public record FeedThrottle(
    LongSupplier processedImages,
    long maxImagesAhead,
    LongSupplier processedMails,
    long maxMailsAhead) {

  private static final long POLL_MILLIS = 5;

  public FeedThrottle {
    if (maxImagesAhead < 1 || maxMailsAhead < 1) {
      throw new IllegalArgumentException(
          "maxImagesAhead and maxMailsAhead must be >= 1, were "
              + maxImagesAhead
              + " and "
              + maxMailsAhead);
    }
  }

  /** Waits until the next image may be sent. */
  void awaitImage(long sent) throws InterruptedException {
    await(processedImages, sent, maxImagesAhead);
  }

  /** Waits until the next mail may be sent. */
  void awaitMail(long sent) throws InterruptedException {
    await(processedMails, sent, maxMailsAhead);
  }

  private static void await(LongSupplier processed, long sent, long ahead)
      throws InterruptedException {
    while (sent - processed.getAsLong() >= ahead) {
      Thread.sleep(POLL_MILLIS);
    }
  }
}
