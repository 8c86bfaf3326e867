package dev.symbolon.crypto;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.jca.JCAContext;
import com.nimbusds.jose.util.Base64URL;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Set;

/// EdDSA over Curve25519 (RFC 8037 §3.1) by the JCA provider; the JOSE library asks for one more library to do it.
final class Ed25519 implements JWSSigner, JWSVerifier {
    private static final Provider PROVIDER = CryptoProvider.preferred("Signature", "Ed25519");

    private final PrivateKey privateKey;
    private final PublicKey publicKey;

    Ed25519(PrivateKey privateKey, PublicKey publicKey) {
        this.privateKey = privateKey;
        this.publicKey = publicKey;
    }

    @Override
    public Base64URL sign(JWSHeader header, byte[] signingInput) throws JOSEException {
        try {
            var signature = Signature.getInstance("Ed25519", PROVIDER);
            signature.initSign(privateKey);
            signature.update(signingInput);
            return Base64URL.encode(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new JOSEException("Ed25519 signing failed", e);
        }
    }

    @Override
    public boolean verify(JWSHeader header, byte[] signingInput, Base64URL given) throws JOSEException {
        try {
            var signature = Signature.getInstance("Ed25519", PROVIDER);
            signature.initVerify(publicKey);
            signature.update(signingInput);
            return signature.verify(given.decode());
        } catch (GeneralSecurityException _) {
            return false;
        }
    }

    @Override
    public Set<JWSAlgorithm> supportedJWSAlgorithms() {
        return Set.of(JWSAlgorithm.EdDSA);
    }

    @Override
    public JCAContext getJCAContext() {
        return new JCAContext(PROVIDER, null);
    }
}
