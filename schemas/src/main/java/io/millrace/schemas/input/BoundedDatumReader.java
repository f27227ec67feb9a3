package io.millrace.schemas.input;

import java.io.IOException;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.io.ResolvingDecoder;

/**
 * Reads an Avro record of any schema, with at most {@link JsonInputParser#MAX_VALUES} values: an
 * array of nulls has no bytes for its elements, and arrays of arrays multiply. Used for one record.
 */
final class BoundedDatumReader extends GenericDatumReader<Object> {

  private int values;

  /** A reader of a record of the schema. */
  BoundedDatumReader(Schema schema) {
    super(schema, schema, slow());
  }

  /** Avro's fast reader does not call the methods below. */
  private static GenericData slow() {
    var data = new GenericData();
    data.setFastReaderEnabled(false);
    return data;
  }

  @Override
  protected Object readWithoutConversion(Object old, Schema expected, ResolvingDecoder in)
      throws IOException {
    count(1);
    return super.readWithoutConversion(old, expected, in);
  }

  @Override
  protected Object newArray(Object old, int size, Schema schema) {
    refuseMoreThan(size);
    return super.newArray(old, size, schema);
  }

  @Override
  protected Object newMap(Object old, int size) {
    refuseMoreThan(size);
    return super.newMap(old, size);
  }

  private void count(int more) {
    refuseMoreThan(more);
    values += more;
  }

  private void refuseMoreThan(int more) {
    if (more > JsonInputParser.MAX_VALUES - values) {
      throw new AvroRuntimeException(JsonInputParser.TOO_MANY_VALUES);
    }
  }
}
