package io.millrace.scoring;

import io.millrace.learning.vision.images.ImageBatch;
import io.millrace.learning.vision.images.ImageShape;
import io.millrace.schemas.Decoded;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.ObjIntConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Decodes the images of records. Safe for several threads. */
record ImageRequests(ScoringConfig config) {

  /** A record whose image was decoded, and its index among the records. */
  record Request(int index, ScoringRequest request) {}

  /**
   * The images of some records.
   *
   * @param requests one for each image, in the order of the records
   */
  record Images(List<Request> requests, ImageBatch batch) {}

  /**
   * Decodes the images of some of the records.
   *
   * @param shape the input of the network
   * @param rejected is told of each record that cannot be used: the reason, and its index
   * @return empty if none can be used
   */
  Optional<Images> decode(
      List<ConsumerRecord<byte[], byte[]>> records,
      int from,
      int to,
      ImageShape shape,
      ObjIntConsumer<String> rejected) {
    float[] pixels = new float[Math.multiplyExact(to - from, shape.size())];
    List<Request> requests = new ArrayList<>(to - from);
    for (int i = from; i < to; i++) {
      int offset = requests.size() * shape.size();
      switch (ScoringRequest.decodeImage(
          records.get(i), config.inputs(), config.limit(), shape, pixels, offset)) {
        case Decoded.Invalid<ScoringRequest>(String reason) -> rejected.accept(reason, i);
        case Decoded.Valid<ScoringRequest>(ScoringRequest request) ->
            requests.add(new Request(i, request));
      }
    }
    if (requests.isEmpty()) {
      return Optional.empty();
    }
    int used = requests.size() * shape.size();
    float[] inputs = used == pixels.length ? pixels : Arrays.copyOf(pixels, used);
    return Optional.of(new Images(requests, new ImageBatch(shape, requests.size(), inputs)));
  }
}
