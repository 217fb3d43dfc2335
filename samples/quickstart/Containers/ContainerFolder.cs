using LocalCluster.Nodes;
using StandIns.Processes;

namespace Quickstart.Containers;

/// <summary>
/// Holds what a kubelet puts into a container from outside: the files of its ConfigMaps and Secrets, and the file for
/// its last message. Only this user reaches the folder; the container is given what lies in it.
/// </summary>
internal sealed class ContainerFolder : IDisposable
{
    /// <summary>A kubelet takes no more of a last message.</summary>
    private const int MostOfMessage = 4096;

    private const UnixFileMode Readable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private const UnixFileMode Writable = Readable | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    private readonly ScratchFolder _folder = new("gemma-quickstart-pod-");
    private readonly Dictionary<string, string> _mounts = new(StringComparer.Ordinal);

    /// <summary>Writes what a container is to find.</summary>
    public static async Task<ContainerFolder> WriteAsync(ContainerSpec container, CancellationToken cancellationToken)
    {
        var made = new ContainerFolder();
        try
        {
            await File.WriteAllBytesAsync(made.Message, [], cancellationToken);
            Allow(made.Message, Writable);
            foreach (var mount in container.Mounts.Where(ContainerRecipe.IsFiles))
            {
                await made.WriteAsync(mount, container.Files, cancellationToken);
            }

            return made;
        }
        catch
        {
            made.Dispose();
            throw;
        }
    }

    /// <summary>Gets the file for the last message.</summary>
    public string Message => Path.Combine(_folder.Path, "message");

    /// <summary>Returns the file or the folder that a mount is.</summary>
    public string Of(ContainerMount mount) => _mounts[mount.Path];

    /// <summary>Returns the last message, cut as a kubelet cuts it.</summary>
    public async Task<string> ReadMessageAsync(CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(Message);
        var bytes = new byte[MostOfMessage];
        var count = await file.ReadAtLeastAsync(bytes, MostOfMessage, throwOnEndOfStream: false, cancellationToken);
        return System.Text.Encoding.UTF8.GetString(bytes, 0, count);
    }

    public void Dispose() => _folder.Dispose();

    private async Task WriteAsync(
        ContainerMount mount,
        IReadOnlyDictionary<string, byte[]> files,
        CancellationToken cancellationToken
    )
    {
        var place = Path.Combine(_folder.Path, $"mount-{_mounts.Count}");
        _mounts[mount.Path] = place;
        if (mount.SubPath.Length > 0 && files.TryGetValue(mount.Path, out var single))
        {
            await WriteAsync(place, single, cancellationToken);
            return;
        }

        Directory.CreateDirectory(place);
        Allow(place, Readable | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        foreach (var (path, content) in files)
        {
            // Names of keys hold no slash; a path of items may, and never leads out.
            var name = path.StartsWith($"{mount.Path}/", StringComparison.Ordinal)
                ? path[(mount.Path.Length + 1)..]
                : "";
            if (name.Length > 0 && !name.Split('/').Contains("..", StringComparer.Ordinal))
            {
                var file = Path.Combine(place, name);
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                await WriteAsync(file, content, cancellationToken);
            }
        }
    }

    private static async Task WriteAsync(string file, byte[] content, CancellationToken cancellationToken)
    {
        await File.WriteAllBytesAsync(file, content, cancellationToken);
        Allow(file, Readable);
    }

    /// <summary>Lets whoever the container runs as read or write; Windows' engines map no users.</summary>
    private static void Allow(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, mode);
        }
    }
}
