using System.Security.Cryptography.X509Certificates;

namespace KubectlGemma.Cluster;

/// <summary>
/// Knows the certificates that the machine trusts. .NET reads all of them, a file each, before it looks at the first
/// server's, whatever that is compared with.
/// </summary>
internal static class SystemCertificates
{
    /// <summary>
    /// Has them read while others do something else. What fails there isn't told: whoever needs them meets it again. On
    /// Linux alone: elsewhere the system reads them.
    /// </summary>
    public static void Prepare()
    {
        if (OperatingSystem.IsLinux())
        {
            _ = Task.Run(Read);
        }
    }

    private static void Read()
    {
        using var store = new X509Store(StoreName.Root, StoreLocation.LocalMachine, OpenFlags.ReadOnly);
        foreach (var certificate in store.Certificates)
        {
            certificate.Dispose();
        }
    }
}
