using System.Formats.Tar;
using Docker.DotNet;
using Docker.DotNet.Models;
using KubectlGemma.Output;

namespace KubectlGemma.Local.Engines;

/// <summary>Makes and removes volumes of an engine.</summary>
internal sealed class EngineVolumes(Engine engine, IVolumeOperations volumes)
{
    public Task MakeAsync(string name, IDictionary<string, string> labels, CancellationToken cancellationToken) =>
        engine.DoAsync(
            () => volumes.CreateAsync(new VolumesCreateParameters { Name = name, Labels = labels }, cancellationToken),
            cancellationToken
        );

    /// <summary>Removes a volume; one that isn't there is gone as well.</summary>
    public async Task RemoveAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            await engine.DoAsync(() => volumes.RemoveAsync(name, force: true, cancellationToken), cancellationToken);
        }
        catch (CliException e)
            when (e.InnerException is DockerApiException { StatusCode: System.Net.HttpStatusCode.NotFound })
        {
            // Gone already.
        }
    }

    /// <summary>Writes an archive of folders to which everybody may write, as pods find their emptyDirs.</summary>
    public static MemoryStream OpenToAll(IEnumerable<string> folders)
    {
        const UnixFileMode All = (UnixFileMode)0b111_111_111;
        var archive = new MemoryStream();
        using (var tar = new TarWriter(archive, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach (var folder in folders)
            {
                tar.WriteEntry(new UstarTarEntry(TarEntryType.Directory, $"{folder}/") { Mode = All });
            }
        }

        archive.Position = 0;
        return archive;
    }
}
