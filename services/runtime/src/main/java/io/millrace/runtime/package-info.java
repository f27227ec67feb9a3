/**
 * What every service shares, one package for each concern. Its packages depend on one another only
 * downwards in this list:
 *
 * <ol>
 *   <li>{@code training}: the loop that feeds a trainer; {@code batch}: the loop that passes
 *       records to a batch processor; {@code streams}: services on Kafka Streams
 *   <li>{@code models}: the model store; {@code lifecycle}: starts, watches and stops services
 *   <li>{@code kafka}: clients, transactions, bounded reading; {@code http}: routes and their
 *       errors
 *   <li>{@code metrics}; {@code settings}
 *   <li>{@code deadletters}; {@code records}: headers and control records
 * </ol>
 *
 * <p>Start reading at {@link io.millrace.runtime.lifecycle.Service}, which all services are.
 */
@NullMarked
package io.millrace.runtime;

import org.jspecify.annotations.NullMarked;
