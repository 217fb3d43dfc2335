using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using k8s;

namespace Operator.Tests.Flow;

/// <summary>A handler that trusts what a kubeconfig trusts, and shows its certificate.</summary>
internal static class Tls
{
    /// <summary>Null for plain HTTP.</summary>
    public static SocketsHttpHandler? HandlerFor(KubernetesClientConfiguration configuration)
    {
        if (!configuration.Host.StartsWith("https", StringComparison.Ordinal))
        {
            return null;
        }

        var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
            errors == SslPolicyErrors.None || configuration.SkipTlsVerify || IsTrusted(configuration, certificate);
        if (ClientCertificate(configuration) is { } own)
        {
            handler.SslOptions.ClientCertificates =
            [
                X509CertificateLoader.LoadPkcs12(own.Export(X509ContentType.Pkcs12), null),
            ];
        }

        return handler;
    }

    /// <summary>A kubeconfig holds it, or names its files.</summary>
    private static X509Certificate2? ClientCertificate(KubernetesClientConfiguration configuration) =>
        configuration switch
        {
            { ClientCertificateData: { Length: > 0 } data, ClientCertificateKeyData: { Length: > 0 } key } =>
                X509Certificate2.CreateFromPem(
                    Encoding.UTF8.GetString(Convert.FromBase64String(data)),
                    Encoding.UTF8.GetString(Convert.FromBase64String(key))
                ),
            { ClientCertificateFilePath: { Length: > 0 } data, ClientKeyFilePath: { Length: > 0 } key } =>
                X509Certificate2.CreateFromPemFile(data, key),
            _ => null,
        };

    private static bool IsTrusted(KubernetesClientConfiguration configuration, X509Certificate? certificate)
    {
        if (certificate is null || configuration.SslCaCerts is not { Count: > 0 } authorities)
        {
            return false;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(new X509Certificate2(certificate));
    }
}
