package org.nd4j.violations;

/** Stands for any class of Nd4j, so that these tests need none of its libraries. */
public final class OfNd4j {

  int dimensions;
}
