package io.millrace.search.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.schemas.avro.DocumentVector;
import io.millrace.search.documents.DocumentSearch;
import io.millrace.search.documents.SimilarByEmbedding;
import io.millrace.search.index.SimilarDocument;
import java.util.List;

/** Answers about documents as JSON, the same over HTTP and on the command line. */
public final class DocumentJson {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** The most terms without a vector that an answer names; their number it has anyway. */
  private static final int MAX_TERMS_NAMED = 100;

  private DocumentJson() {}

  /** A vector with all its terms, in their order. */
  public static ObjectNode vector(String id, DocumentVector vector) {
    ObjectNode object = about(id, vector);
    ArrayNode terms = object.putArray("terms");
    vector.getTerms().forEach(terms::add);
    ArrayNode weights = object.putArray("weights");
    vector.getWeights().forEach(weights::add);
    return object;
  }

  /** The strongest terms of a vector. */
  public static ObjectNode terms(
      String id, DocumentVector vector, List<DocumentSearch.TermWeight> strongest) {
    ObjectNode object = about(id, vector);
    ArrayNode terms = object.putArray("terms");
    strongest.forEach(it -> terms.addObject().put("term", it.term()).put("weight", it.weight()));
    return object;
  }

  /** Documents that are similar to a document or a text. */
  public static ObjectNode similar(String what, String value, List<SimilarDocument> found) {
    return withSimilar(JSON.objectNode().put(what, value), found);
  }

  /** Documents that are similar by their embeddings, and the terms without a vector. */
  public static ObjectNode similar(String what, String value, SimilarByEmbedding found) {
    ObjectNode object =
        JSON.objectNode()
            .put(what, value)
            .put("by", "embedding")
            .put("terms", found.query().terms())
            .put("termsWithVector", found.query().termsWithVector());
    ArrayNode without = object.putArray("termsWithoutVector");
    found.query().termsWithoutVector().stream().limit(MAX_TERMS_NAMED).forEach(without::add);
    return withSimilar(object, found.similar());
  }

  private static ObjectNode withSimilar(ObjectNode object, List<SimilarDocument> found) {
    ArrayNode similar = object.putArray("similar");
    for (SimilarDocument it : found) {
      similar
          .addObject()
          .put("id", it.id())
          .put("similarity", it.similarity())
          .put("label", it.label());
    }
    return object;
  }

  private static ObjectNode about(String id, DocumentVector vector) {
    ObjectNode object =
        JSON.objectNode()
            .put("id", id)
            .put("corpusSize", vector.getCorpusSize())
            .put("weighing", vector.getWeighing())
            .put("approximate", vector.getApproximate())
            .put("refresh", vector.getRefresh())
            .put("label", vector.getLabel());
    object
        .putObject("source")
        .put("topic", vector.getSource().getTopic())
        .put("partition", vector.getSource().getPartition())
        .put("offset", vector.getSource().getOffset());
    return object;
  }
}
