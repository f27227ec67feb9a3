package org.bytedeco.violations;

/** Stands for any class of JavaCPP, so that these tests need none of its libraries. */
public final class OfJavaCpp {

  long address;
}
