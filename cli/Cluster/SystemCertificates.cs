using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace KubectlGemma.Cluster;

/// <summary>
/// Knows the certificates that the machine trusts. .NET reads all of them, a file each, before it looks at the first
/// server's, whatever that is compared with.
/// </summary>
internal static class SystemCertificates
{
    /// <summary>
    /// Has them read while others do something else; if that fails, whoever needs them is told. On Linux alone:
    /// elsewhere the system reads them.
    /// </summary>
    public static void Prepare()
    {
        if (OperatingSystem.IsLinux())
        {
            ThreadPool.UnsafeQueueUserWorkItem(_ => Read(), null);
        }
    }

    private static void Read()
    {
        try
        {
            using var store = new X509Store(StoreName.Root, StoreLocation.LocalMachine, OpenFlags.ReadOnly);
            foreach (var certificate in store.Certificates)
            {
                certificate.Dispose();
            }
        }
        catch (CryptographicException)
        {
            // There are machines without any.
        }
    }
}
