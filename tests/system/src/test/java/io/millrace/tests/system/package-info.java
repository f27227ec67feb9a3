/**
 * Tests Millrace as a whole, in real processes and containers, through its topics and commands.
 * Start at {@link io.millrace.tests.system.SharedMillrace}, the instance that most tests share, and
 * at {@link io.millrace.tests.system.ProcessKillTest} for faults.
 */
@NullMarked
package io.millrace.tests.system;

import org.jspecify.annotations.NullMarked;
