package dev.symbolon.crypto;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Security;

/// Which Java cryptography provider does the work: the native one (Amazon Corretto Crypto Provider) where its
/// library loads, four to fifty times faster at signatures, and the platform's own otherwise. The choice is made
/// once.
public final class CryptoProvider {
    private static final boolean NATIVE = loadNative();

    private CryptoProvider() {}

    /// Whether the native library was loaded; a start without it says so in the log.
    public static boolean isNative() {
        return NATIVE;
    }

    /// The name for people, for example `AmazonCorrettoCryptoProvider`.
    public static String description() {
        return NATIVE
                ? AmazonCorrettoCryptoProvider.PROVIDER_NAME
                : "the platform's own (no native library for it here)";
    }

    /// The provider for algorithms that both have: AES/GCM, HmacSHA256, RSA and EC signatures.
    static Provider preferred(String service, String algorithm) {
        if (NATIVE && AmazonCorrettoCryptoProvider.INSTANCE.getService(service, algorithm) != null) {
            return AmazonCorrettoCryptoProvider.INSTANCE;
        }
        for (var provider : Security.getProviders()) {
            if (provider.getService(service, algorithm) != null) {
                return provider;
            }
        }
        throw new IllegalStateException("No cryptography provider here has " + service + " " + algorithm + ".");
    }

    /// Turns keys of any provider into those of the preferred one. A signer that is given another one's key parses
    /// and checks it again at every signature, which costs an RSA key three times what the signature itself does.
    static KeyFactory keyFactory(String algorithm) throws NoSuchAlgorithmException {
        return KeyFactory.getInstance(algorithm, preferred("KeyFactory", algorithm));
    }

    private static boolean loadNative() {
        try {
            return AmazonCorrettoCryptoProvider.INSTANCE.getLoadingError() == null
                    && AmazonCorrettoCryptoProvider.INSTANCE.runSelfTests()
                            == com.amazon.corretto.crypto.provider.SelfTestStatus.PASSED;
        } catch (LinkageError e) {
            return false;
        }
    }
}
