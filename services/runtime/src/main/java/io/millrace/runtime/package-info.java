/**
 * What every service shares: settings, lifecycle, health, metrics, the batch loop, the model store.
 */
@NullMarked
package io.millrace.runtime;

import org.jspecify.annotations.NullMarked;
