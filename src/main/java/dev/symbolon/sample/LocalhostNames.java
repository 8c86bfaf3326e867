package dev.symbolon.sample;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolver.LookupPolicy;
import java.net.spi.InetAddressResolverProvider;
import java.util.Locale;
import java.util.stream.Stream;

/// RFC 6761 §6.3: every name below `localhost` is this machine, and nobody is asked for it. Browsers know that,
/// and most systems' resolvers do not; without it the sample's API could not read the keys of
/// `http://acme.localhost:8080`.
///
/// The platform finds it by the file in `META-INF/services`. Every other name goes to the platform's own resolver.
public final class LocalhostNames extends InetAddressResolverProvider {
    /// For the platform.
    public LocalhostNames() {}

    @Override
    public String name() {
        return "Names below localhost";
    }

    @Override
    public InetAddressResolver get(Configuration configuration) {
        return new Resolver(configuration.builtinResolver());
    }

    private record Resolver(InetAddressResolver builtin) implements InetAddressResolver {
        @Override
        public Stream<InetAddress> lookupByName(String host, LookupPolicy policy) throws UnknownHostException {
            var isBelow = host.toLowerCase(Locale.ROOT).endsWith(".localhost");
            return builtin.lookupByName(isBelow ? "localhost" : host, policy);
        }

        @Override
        public String lookupByAddress(byte[] address) throws UnknownHostException {
            return builtin.lookupByAddress(address);
        }
    }
}
