/**
 * The nearest of many dense vectors: exact for few, by an HNSW graph for many. Start reading at
 * {@link io.millrace.search.nearest.NearestNeighbours}; {@link
 * io.millrace.search.nearest.HnswNearestNeighbours} is the one with a graph.
 */
@NullMarked
package io.millrace.search.nearest;

import org.jspecify.annotations.NullMarked;
