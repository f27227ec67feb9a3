package io.millrace.runtime.violations;

import java.io.ObjectInputStream;

/** Java serialization. */
public final class RuntimeThatReadsObjects {

  ObjectInputStream records;
}
