using Microsoft.Win32.SafeHandles;

namespace KubectlGemma.Output;

/// <summary>
/// Writes to a pipe, and tells when nobody reads it any more: to .NET's own console that is no fault, so that a watch
/// would go on for nobody.
/// </summary>
/// <param name="pipe">The pipe, unbuffered.</param>
/// <param name="console">.NET's own stream to it, which waits where the pipe is full and doesn't block.</param>
/// <param name="unread">Is called once nobody reads it.</param>
internal sealed class PipeOutput(FileStream pipe, Stream console, Action unread) : Stream
{
    /// <summary>Is as much as a pipe takes whole or not at all (POSIX, PIPE_BUF, on Linux).</summary>
    private const int Whole = 4096;

    /// <summary>Is EPIPE of Linux and macOS.</summary>
    private const int BrokenPipe = 32;

    /// <summary>Are EAGAIN of Linux and macOS.</summary>
    private static readonly int[] Again = [11, 35];

    private bool _isUnread;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Returns null where output isn't a pipe.</summary>
    /// <param name="unread">Is called once nobody reads it.</param>
    public static PipeOutput? OfProcess(Action unread)
    {
        if (OperatingSystem.IsWindows() || !Console.IsOutputRedirected)
        {
            return null;
        }

        // The console holds the file, which stays open.
        var file = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        return file.CanSeek ? null : new PipeOutput(file, Console.OpenStandardOutput(), unread);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        for (; buffer.Length > 0 && !_isUnread; buffer = buffer[Math.Min(Whole, buffer.Length)..])
        {
            WriteWhole(buffer[..Math.Min(Whole, buffer.Length)]);
        }
    }

    public override void Flush() { }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private void WriteWhole(ReadOnlySpan<byte> piece)
    {
        try
        {
            pipe.Write(piece);
        }
        catch (IOException e) when (e.HResult == BrokenPipe)
        {
            _isUnread = true;
            unread();
        }
        catch (IOException e) when (Again.Contains(e.HResult))
        {
            console.Write(piece);
        }
    }
}
