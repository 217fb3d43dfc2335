using System.Formats.Tar;
using System.Text;
using k8s.Models;

namespace KubectlGemma.Local;

/// <summary>Packs the files of a build context as an engine takes them.</summary>
internal static class ContextArchive
{
    /// <summary>Packs all that the operator's own context holds, in the order of the names.</summary>
    public static MemoryStream Of(V1ConfigMap context)
    {
        var archive = new MemoryStream();
        using (var tar = new TarWriter(archive, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach (var (name, text) in context.Data.OrderBy(d => d.Key, StringComparer.Ordinal))
            {
                tar.WriteEntry(
                    new UstarTarEntry(TarEntryType.RegularFile, name)
                    {
                        DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)),
                        // As the kubelet mounts them; the time is fixed, or no step would come from the cache.
                        Mode = (UnixFileMode)0b110_100_100,
                        ModificationTime = DateTimeOffset.UnixEpoch,
                    }
                );
            }
        }

        archive.Position = 0;
        return archive;
    }
}
