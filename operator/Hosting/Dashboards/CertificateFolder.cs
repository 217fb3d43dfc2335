using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace GemmaOperator.Hosting.Dashboards;

/// <summary>Reads the certificate of a mounted Secret, and again when it has been renewed.</summary>
internal sealed class CertificateFolder
{
    private readonly string _certificate;
    private readonly string _key;
    private readonly Lock _gate = new();
    private (DateTime Written, SslStreamCertificateContext Context) _known;

    /// <exception cref="IOException">A file can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read.</exception>
    /// <exception cref="CryptographicException">They are no certificate and its key.</exception>
    public CertificateFolder(string folder)
    {
        (_certificate, _key) = (Path.Combine(folder, "tls.crt"), Path.Combine(folder, "tls.key"));
        _known = (File.GetLastWriteTimeUtc(_certificate), Read());
    }

    /// <summary>Gets what connections are begun with; a half-written renewal leaves it as it was.</summary>
    public SslServerAuthenticationOptions Options =>
        new() { ServerCertificateContext = Current(), ApplicationProtocols = [SslApplicationProtocol.Http11] };

    private SslStreamCertificateContext Current()
    {
        lock (_gate)
        {
            var written = File.GetLastWriteTimeUtc(_certificate);
            if (written != _known.Written)
            {
                try
                {
                    _known = (written, Read());
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
                {
                    // The next connection looks again.
                }
            }

            return _known.Context;
        }
    }

    private SslStreamCertificateContext Read()
    {
        var leaf = X509Certificate2.CreateFromPemFile(_certificate, _key);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(_certificate);
        return SslStreamCertificateContext.Create(leaf, chain, offline: true);
    }
}
