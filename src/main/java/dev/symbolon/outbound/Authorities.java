package dev.symbolon.outbound;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/// Whose certificates are believed: the platform's authorities, and those of a file beside them.
public final class Authorities {
    private final List<X509Certificate> more;
    private Optional<SSLSocketFactory> made = Optional.empty();

    /// @param more a PEM file
    /// @throws IllegalArgumentException with a sentence for the operator when it holds no certificate
    public Authorities(Optional<Path> more) {
        this.more = more.map(Authorities::read).orElse(List.of());
    }

    /// Makes connections that believe them. The first call finds out about the platform's.
    public synchronized SSLSocketFactory connections() {
        var factory = made.orElseGet(this::make);
        made = Optional.of(factory);
        return factory;
    }

    private SSLSocketFactory make() {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(null, trusted().getTrustManagers(), null);
            return context.getSocketFactory();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("The platform's trusted certificates cannot be read.", e);
        }
    }

    private TrustManagerFactory trusted() throws GeneralSecurityException, IOException {
        var platforms = trust(null);
        if (more.isEmpty()) {
            return platforms;
        }
        var all = new ArrayList<X509Certificate>(more);
        for (var manager : platforms.getTrustManagers()) {
            if (manager instanceof X509TrustManager platform) {
                all.addAll(List.of(platform.getAcceptedIssuers()));
            }
        }
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        for (var i = 0; i < all.size(); i++) {
            store.setCertificateEntry("authority-" + i, all.get(i));
        }
        return trust(store);
    }

    private static TrustManagerFactory trust(@Nullable KeyStore authorities) throws GeneralSecurityException {
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(authorities);
        return factory;
    }

    private static List<X509Certificate> read(Path file) {
        try (var in = Files.newInputStream(file)) {
            var certificates = CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
                    .map(X509Certificate.class::cast)
                    .toList();
            if (!certificates.isEmpty()) {
                return certificates;
            }
        } catch (IOException | GeneralSecurityException _) {
            // falls through: it holds none that can be read
        }
        throw new IllegalArgumentException("The file " + file + " cannot be read or holds no certificate in PEM.");
    }
}
