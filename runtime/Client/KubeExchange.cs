using System.Buffers;
using System.Text.Json;
using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;

namespace GemmaOperator.Runtime.Client;

/// <summary>Sends one request and reads its answer, within its time, and gives every failure one type.</summary>
/// <param name="transport">Sends.</param>
/// <param name="timeout">From sending a request to having read its answer.</param>
/// <param name="time">Monotonic time.</param>
internal sealed class KubeExchange(KubeTransport transport, TimeSpan timeout, TimeProvider time)
{
    /// <summary>Sets the size of one read, in bytes.</summary>
    private const int ReadAtOnce = 16 * 1024;

    /// <summary>Says from how many bytes on pages are read and decoded one at a time in the process.</summary>
    private const int LargePage = 1 << 20;

    private static readonly SemaphoreSlim OneLargePage = new(1, 1);

    /// <summary>Reads an answer of one object.</summary>
    public Task<TBody> ReadAsync<TBody>(KubeCall call, CancellationToken cancellationToken) =>
        RunAsync(
            call.Request,
            async token =>
            {
                using var response = await transport.SendAsync(call, token);
                await using var stream = await response.Content.ReadAsStreamAsync(token);
                return await JsonSerializer.DeserializeAsync<TBody>(stream, transport.Json.For(typeof(TBody)), token)
                    ?? throw new JsonException("null");
            },
            cancellationToken
        );

    /// <summary>
    /// Reads a page whole before any of it is decoded: to look for the end of each object first, as decoding a stream
    /// has to, takes as long as a third of the decoding. Of large pages there is one at a time in memory.
    /// </summary>
    public Task<KubeList<T>> ReadPageAsync<T>(
        KubeCall call,
        ArrayBufferWriter<byte> page,
        int mostBytes,
        CancellationToken cancellationToken
    )
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        RunAsync(
            call.Request,
            async token =>
            {
                using var response = await transport.SendAsync(call, token);
                await using var stream = await response.Content.ReadAsStreamAsync(token);
                page.ResetWrittenCount();
                var isLarge = false;
                try
                {
                    int read;
                    while ((read = await stream.ReadAsync(page.GetMemory(ReadAtOnce), token)) > 0)
                    {
                        page.Advance(read);
                        if (page.WrittenCount > mostBytes)
                        {
                            throw KubeErrors.TooLarge(call.Request, mostBytes);
                        }

                        if (!isLarge && page.WrittenCount > LargePage)
                        {
                            await OneLargePage.WaitAsync(token);
                            isLarge = true;
                        }
                    }

                    return JsonSerializer.Deserialize<KubeList<T>>(page.WrittenSpan, transport.Json.For(typeof(T)))
                        ?? throw new JsonException("null");
                }
                finally
                {
                    if (isLarge)
                    {
                        OneLargePage.Release();
                    }
                }
            },
            cancellationToken
        );

    /// <summary>Waits for its turn, then sends and reads within the time for a request.</summary>
    /// <exception cref="KubeApiException">
    /// Refused, too late, unreachable, or an answer that isn't what it should be.
    /// </exception>
    public async Task<TResult> RunAsync<TResult>(
        KubeRequest request,
        Func<CancellationToken, Task<TResult>> send,
        CancellationToken cancellationToken
    )
    {
        await transport.TakeTurnAsync(cancellationToken);
        using var limit = new CancellationTokenSource(timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            return await send(both.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw KubeErrors.TimedOut(request, timeout, e);
        }
        catch (JsonException e)
        {
            throw KubeErrors.Garbled(request, e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw KubeErrors.Unreachable(request, e);
        }
    }
}
