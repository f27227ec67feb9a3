package io.millrace.runtime.http;

import io.millrace.runtime.settings.HttpConfig;
import io.millrace.runtime.settings.SettingsException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a certificate and its key from PEM files. No message shows what is in the key's file. */
public final class PemFiles {

  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
  private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");

  private PemFiles() {}

  /**
   * A key store in memory, without a password, that holds the key and its certificates.
   *
   * @throws SettingsException if a file cannot be read, or is something else
   */
  public static KeyStore keyStore(HttpConfig.Identity identity) {
    try {
      var certificates =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(read(identity.certificate())))
              .toArray(Certificate[]::new);
      if (certificates.length == 0) {
        throw new SettingsException(
            "http.tls.certificate.file: there is no certificate in " + identity.certificate());
      }
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("http", key(identity.key()), new char[0], certificates);
      return store;
    } catch (GeneralSecurityException | IOException e) {
      throw new SettingsException(
          "http.tls.certificate.file: %s is no PEM file with certificates"
              .formatted(identity.certificate()));
    }
  }

  private static PrivateKey key(Path file) throws GeneralSecurityException {
    Matcher pem = KEY.matcher(new String(read(file), StandardCharsets.ISO_8859_1));
    if (pem.find()) {
      try {
        var encoded = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem.group(1)));
        for (String algorithm : ALGORITHMS) {
          try {
            return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
          } catch (InvalidKeySpecException e) {
            // It is of another algorithm, or of none; said below.
          }
        }
      } catch (IllegalArgumentException e) {
        // Not base64; said below.
      }
    }
    throw new SettingsException(
        "http.tls.key.file: "
            + file
            + " is not a private key as PKCS #8 in PEM without encryption; `openssl pkcs8 -topk8"
            + " -nocrypt -in KEY -out FILE` makes one");
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new SettingsException(
          "cannot read " + file + " of http.tls (" + e.getClass().getSimpleName() + ")");
    }
  }
}
