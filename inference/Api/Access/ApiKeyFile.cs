using System.Security.Cryptography;
using System.Text;
using GemmaInference.Native;
using Microsoft.Extensions.Logging;

namespace GemmaInference.Api.Access;

/// <summary>
/// Follows a file of keys: a request that comes a second or more after the last look has it read again, so that a key
/// that was taken out opens nothing any more. While the file can't be used, or is being written, the last good keys
/// stay. Thread-safe.
/// </summary>
internal sealed partial class ApiKeyFile
{
    public const string Variable = "API_KEYS_FILE";

    /// <summary>Bounds the file, in bytes: as many of the longest keys as there may be.</summary>
    private const int MaxBytes = 6 << 20;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private volatile ApiKeyring _keys;
    private byte[] _content;
    private byte[] _seen;
    private long _looked;
    private bool _isTroubled;

    private ApiKeyFile(string path, TimeProvider time, ILogger logger)
    {
        (_path, _time, _logger) = (path, time, logger);
        _looked = time.GetTimestamp();
        var (bytes, _) = ReadBytes(path);
        (_content, _keys) = (SHA256.HashData(bytes), Parse(bytes, path));
        _seen = _content;
    }

    /// <exception cref="InferenceException">The file can't be read, or holds no keys.</exception>
    public static ApiKeyFile Open(string path, TimeProvider time, ILogger logger)
    {
        try
        {
            var file = new ApiKeyFile(path, time, logger);
            Log.Read(logger, file._keys.Count, path);
            return file;
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new InferenceException(Variable, Reason(path, cause), cause);
        }
    }

    public bool Accepts(string key)
    {
        Follow();
        return _keys.Accepts(key);
    }

    private void Follow()
    {
        // While one request looks, others go by the keys that are known.
        if (_time.GetElapsedTime(Interlocked.Read(ref _looked)) < Interval || !_gate.TryEnter())
        {
            return;
        }

        try
        {
            Interlocked.Exchange(ref _looked, _time.GetTimestamp());
            Look();
        }
        finally
        {
            _gate.Exit();
        }
    }

    private void Look()
    {
        try
        {
            var (bytes, written) = ReadBytes(_path);
            var content = SHA256.HashData(bytes);
            var rests = Rests(content, written);
            _seen = content;
            if (!rests || (!_isTroubled && content.AsSpan().SequenceEqual(_content)))
            {
                return;
            }

            (_keys, _content, _isTroubled) = (Parse(bytes, _path), content, false);
            Log.Read(_logger, _keys.Count, _path);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException or InferenceException)
        {
            if (!_isTroubled)
            {
                _isTroubled = true;
                var reason = cause is InferenceException ? cause.Message : $"{Variable}: {Reason(_path, cause)}";
                Log.Kept(_logger, _keys.Count, OneLine.Of(reason));
            }
        }
    }

    /// <summary>
    /// Decides whether a file is whole: half of one, seen while another program writes it, would shut out whoever has
    /// one of the other keys. The last look counts where clocks differ, as a network's may.
    /// </summary>
    private bool Rests(byte[] content, DateTime written) =>
        _time.GetUtcNow().UtcDateTime - written >= Interval || content.AsSpan().SequenceEqual(_seen);

    private static ApiKeyring Parse(byte[] bytes, string path) =>
        ApiKeyring.Parse(Encoding.UTF8.GetString(bytes), path);

    /// <summary>Returns what the file holds, and when it was last written.</summary>
    private static (byte[] Content, DateTime Written) ReadBytes(string path)
    {
        using var file = File.OpenRead(path);
        using var content = new MemoryStream();
        Span<byte> buffer = stackalloc byte[4096];
        for (int read; (read = file.Read(buffer)) > 0; )
        {
            content.Write(buffer[..read]);
            if (content.Length > MaxBytes)
            {
                throw new InferenceException(Variable, $"{path}: expected at most {MaxBytes} bytes");
            }
        }

        return (content.ToArray(), File.GetLastWriteTimeUtc(file.SafeFileHandle));
    }

    private static string Reason(string path, Exception cause) =>
        cause is FileNotFoundException or DirectoryNotFoundException
            ? $"{path}: no such file; mount it, or leave the setting out"
            : $"{path}: can't be read: {cause.Message}";

    private static partial class Log
    {
        [LoggerMessage(30, LogLevel.Information, "{Path}: keys read: {Count}")]
        public static partial void Read(ILogger logger, int count, string path);

        [LoggerMessage(31, LogLevel.Error, "The last good keys stay in use, {Count} of them: {Reason}")]
        public static partial void Kept(ILogger logger, int count, string reason);
    }
}
