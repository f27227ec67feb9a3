package io.millrace.search.index;

import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.avro.DocumentVector;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.util.BytesRef;

/**
 * A document in the index.
 *
 * @param id its id
 * @param vector its vector, as it came
 */
public record IndexedDocument(String id, DocumentVector vector) {

  private static final AvroCodec<DocumentVector> AVRO = AvroCodec.of(DocumentVector.class);

  /** Reads a document by its Lucene document number. */
  static IndexedDocument at(IndexSearcher searcher, int document) throws IOException {
    List<LeafReaderContext> leaves = searcher.getIndexReader().leaves();
    LeafReaderContext leaf = leaves.get(ReaderUtil.subIndex(document, leaves));
    int place = document - leaf.docBase;
    BytesRef vector = value(leaf.reader(), VectorIndex.VECTOR, place);
    return new IndexedDocument(
        value(leaf.reader(), VectorIndex.NAME, place).utf8ToString(),
        AVRO.decodeOrThrow(
            Arrays.copyOfRange(vector.bytes, vector.offset, vector.offset + vector.length)));
  }

  private static BytesRef value(LeafReader reader, String field, int place) throws IOException {
    BinaryDocValues values = DocValues.getBinary(reader, field);
    if (!values.advanceExact(place)) {
      throw new IllegalStateException("a document in the index has no field " + field);
    }
    return values.binaryValue();
  }
}
