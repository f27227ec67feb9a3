package io.millrace.text.records;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.learning.text.frequencies.FrequencyBlock;
import io.millrace.learning.text.frequencies.PartitionSummary;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.avro.DocumentFrequencies;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.util.Utf8;
import org.jspecify.annotations.Nullable;

/**
 * Encodes and decodes blocks of document frequencies as Avro {@code DocumentFrequencies}, field by
 * field in the order of the schema: the generated record would hold a string and a box for each
 * term. Only records of another schema, and ones that cannot be used, are decoded by way of the
 * generated record. Not thread-safe.
 */
public final class FrequencyBlockCodec {

  private final AvroCodec<DocumentFrequencies> avro = AvroCodec.of(DocumentFrequencies.class);
  private final byte[] header = avro.header();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream(4096);
  private final BinaryEncoder encoder = AvroFields.encoder(out);
  private @Nullable BinaryDecoder decoder;
  private @Nullable Utf8 text;

  /**
   * A block as it is published.
   *
   * @param block the counts
   * @param acknowledged the id of the last refresh request that the partition has acknowledged; 0
   *     for none
   * @param refreshed the id of the last request that it has done
   * @param analysis the fingerprint of the analysis that counted the terms; 0 if not known
   */
  public record PublishedBlock(
      FrequencyBlock block, long acknowledged, long refreshed, long analysis) {}

  /** Encodes a block as a single object. */
  public byte[] encode(PublishedBlock published) {
    FrequencyBlock block = published.block();
    try {
      out.reset();
      out.writeBytes(header);
      encoder.writeLong(block.documents());
      encoder.writeArrayStart();
      encoder.setItemCount(block.size());
      for (int place = 0; place < block.size(); place++) {
        encoder.writeBytes(block.term(place));
      }
      encoder.writeArrayEnd();
      encoder.writeArrayStart();
      encoder.setItemCount(block.size());
      for (int place = 0; place < block.size(); place++) {
        encoder.writeLong(block.count(place));
      }
      encoder.writeArrayEnd();
      encoder.writeLong(block.summary().evicted());
      encoder.writeLong(block.summary().streamTime());
      encoder.writeLong(published.acknowledged());
      encoder.writeLong(published.refreshed());
      encoder.writeLong(published.analysis());
      encoder.flush();
      return avro.asWritten(out.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Decodes a single object; invalid, with the reason, if the bytes are not a block. */
  public Decoded<PublishedBlock> decode(long sequence, byte[] bytes) {
    int length = Math.min(bytes.length, header.length);
    if (Arrays.equals(bytes, 0, length, header, 0, header.length)) {
      try {
        return Decoded.valid(read(sequence, bytes));
      } catch (IOException | AvroRuntimeException | IllegalArgumentException e) {
        // The generated record is tried below and gives the reason.
      }
    }
    return switch (avro.decode(bytes)) {
      case Decoded.Invalid<DocumentFrequencies>(String reason) -> Decoded.invalid(reason);
      case Decoded.Valid<DocumentFrequencies>(DocumentFrequencies decoded) ->
          toBlock(sequence, decoded);
    };
  }

  private PublishedBlock read(long sequence, byte[] bytes) throws IOException {
    BinaryDecoder in =
        DecoderFactory.get()
            .binaryDecoder(bytes, header.length, bytes.length - header.length, decoder);
    decoder = in;
    long documents = in.readLong();
    byte[][] terms = new byte[1024][];
    int size = 0;
    for (long left = in.readArrayStart(); left > 0; left = in.arrayNext()) {
      for (long i = 0; i < left; i++) {
        Utf8 read = in.readString(text);
        text = read;
        if (size == terms.length) {
          terms = Arrays.copyOf(terms, 2 * size);
        }
        terms[size++] = Arrays.copyOf(read.getBytes(), read.getByteLength());
      }
    }
    long[] counts = new long[size];
    int counted = 0;
    for (long left = in.readArrayStart(); left > 0; left = in.arrayNext()) {
      for (long i = 0; i < left; i++) {
        if (counted == size) {
          throw new IllegalArgumentException("there are more counts than terms");
        }
        counts[counted++] = requireCount(in.readLong());
      }
    }
    if (counted < size) {
      throw new IllegalArgumentException("there are fewer counts than terms");
    }
    var summary = new PartitionSummary(documents, in.readLong(), in.readLong());
    var block = new FrequencyBlock(sequence, summary, Arrays.copyOf(terms, size), counts);
    return new PublishedBlock(block, in.readLong(), in.readLong(), in.readLong());
  }

  private static long requireCount(long count) {
    if (count < 0) {
      throw new IllegalArgumentException("a count must be >= 0, was " + count);
    }
    return count;
  }

  private static Decoded<PublishedBlock> toBlock(long sequence, DocumentFrequencies decoded) {
    try {
      var block =
          new FrequencyBlock(
              sequence,
              new PartitionSummary(
                  decoded.getDocuments(), decoded.getEvicted(), decoded.getLatest()),
              decoded.getTerms().stream().map(term -> term.getBytes(UTF_8)).toArray(byte[][]::new),
              decoded.getCounts().stream().mapToLong(FrequencyBlockCodec::requireCount).toArray());
      return Decoded.valid(
          new PublishedBlock(
              block, decoded.getAcknowledged(), decoded.getRefreshed(), decoded.getAnalysis()));
    } catch (IllegalArgumentException e) {
      return Decoded.invalid("the block is not valid: " + e.getMessage());
    }
  }
}
