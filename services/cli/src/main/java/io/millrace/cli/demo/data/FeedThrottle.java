package io.millrace.cli.demo.data;

import java.util.function.LongSupplier;

/**
 * Keeps a feed from running far ahead of those who take the records, so that what is predicted is
 * predicted by a model that has just learned from what came before.
 *
 * @param processedImages how many images were taken
 * @param maxImagesAhead how many images may be sent and not taken
 * @param processedMails how many mails were taken
 * @param maxMailsAhead how many mails may be sent and not taken
 */
public record FeedThrottle(
    LongSupplier processedImages,
    long maxImagesAhead,
    LongSupplier processedMails,
    long maxMailsAhead) {

  private static final long LOOK_AGAIN_MILLIS = 5;

  public FeedThrottle {
    if (maxImagesAhead < 1 || maxMailsAhead < 1) {
      throw new IllegalArgumentException(
          "must be >= 1, were " + maxImagesAhead + " and " + maxMailsAhead);
    }
  }

  /** Returns when one more image may follow as many as were sent. */
  void awaitImage(long sent) throws InterruptedException {
    await(processedImages, sent, maxImagesAhead);
  }

  /** Returns when one more mail may follow as many as were sent. */
  void awaitMail(long sent) throws InterruptedException {
    await(processedMails, sent, maxMailsAhead);
  }

  private static void await(LongSupplier taken, long sent, long ahead) throws InterruptedException {
    while (sent - taken.getAsLong() >= ahead) {
      Thread.sleep(LOOK_AGAIN_MILLIS);
    }
  }
}
