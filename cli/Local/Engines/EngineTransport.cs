using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Docker.DotNet.Handler.Abstractions;
using KubectlGemma.Output;
using Microsoft.Extensions.Logging;

namespace KubectlGemma.Local.Engines;

/// <summary>
/// Carries requests to an engine by .NET's own HTTP client, over a socket or TCP with or without TLS, so that what goes
/// wrong is told alike.
/// </summary>
internal sealed class EngineTransport : IDockerHandlerFactory<EngineEndpoint>
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(15);

    public ResolvedTransport CreateHandler(ResolvedClientOptions clientOptions, ILogger logger) =>
        throw new NotSupportedException("an endpoint is needed");

    public ResolvedTransport CreateHandler(
        EngineEndpoint transportOptions,
        ResolvedClientOptions clientOptions,
        ILogger logger
    )
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            ConnectTimeout = ConnectTimeout,
        };
        if (transportOptions.Socket is { } path)
        {
            handler.ConnectCallback = (_, cancellationToken) => ConnectAsync(path, cancellationToken);
            return new ResolvedTransport(handler, new Uri("http://engine"));
        }

        if (transportOptions.Tls is not { } files)
        {
            return new ResolvedTransport(handler, WithScheme(transportOptions.Address, Uri.UriSchemeHttp));
        }

        handler.SslOptions = Options(files, transportOptions.Address.Host);
        return new ResolvedTransport(handler, WithScheme(transportOptions.Address, Uri.UriSchemeHttps));
    }

    /// <summary>Refuses: nothing that is asked here takes over a connection.</summary>
    public Task<WriteClosableStream> HijackStreamAsync(HttpContent content) => throw new NotSupportedException();

    private static Uri WithScheme(Uri address, string scheme) => new UriBuilder(scheme, address.Host, address.Port).Uri;

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static SslClientAuthenticationOptions Options(EngineTlsFiles files, string host)
    {
        var options = new SslClientAuthenticationOptions();
        if (files is { Certificate: { } certificate, Key: { } key })
        {
            options.ClientCertificates =
            [
                Read($"{certificate} and {key}", () => X509Certificate2.CreateFromPemFile(certificate, key)),
            ];
        }

        if (files.SkipsVerify)
        {
            // As the Docker context says: it is the user's own.
#pragma warning disable CA5359
            options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
            return options;
        }

        if (files.Authority is { } authority)
        {
            options.CertificateChainPolicy = Read(authority, () => Trusting(authority));
        }

        options.RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
            EngineTrust.Problem(certificate as X509Certificate2, chain, errors, host, files.Authority) is { } problem
                ? throw new EngineDistrustException(problem)
                : true;
        return options;
    }

    private static X509ChainPolicy Trusting(string authority)
    {
        var chain = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        chain.CustomTrustStore.ImportFromPemFile(authority);
        return chain.CustomTrustStore.Count > 0 ? chain : throw new CryptographicException("it holds no certificate");
    }

    private static T Read<T>(string files, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.Usage, $"{files} can't be used for TLS to the engine: {e.Message}", e);
        }
    }
}
