using System.Globalization;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;
using GemmaOperator.Runtime.Client;
using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;

namespace GemmaOperator.Runtime.Caching;

/// <summary>
/// Opens one watch and yields its events until the server ends it, the connection breaks or falls silent.
/// </summary>
internal sealed class KubeWatch<T>(
    KubeTransport transport,
    ReflectorOptions options,
    TimeSpan requestTimeout,
    TimeProvider time
)
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    private readonly KubeResource _resource = KubeResource.Of<T>();

    public KubeRequest Request => _resource.Request("watch", options.Namespace);

    /// <summary>
    /// Ends without error when the server closed the watch at a line's end; throws <see cref="KubeApiException"/> for
    /// everything else, with reason <c>Idle</c> after silence.
    /// </summary>
    /// <param name="resourceVersion">Where to start.</param>
    /// <param name="opened">Called when the server has agreed.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async IAsyncEnumerable<WatchEvent<T>> RunAsync(
        string resourceVersion,
        Action opened,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await transport.TakeTurnAsync(cancellationToken);
        using var limit = new CancellationTokenSource();
        // One timer for all waits: to the head of the answer first, then from one read to the next.
        await using var clock = time.CreateTimer(Cancel, limit, requestTimeout, Timeout.InfiniteTimeSpan);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        using var response = await Guard(
            () => transport.SendAsync(CallFrom(resourceVersion), both.Token),
            e => KubeErrors.TimedOut(Request, requestTimeout, e)
        );
        clock.Change(options.IdleLimit, Timeout.InfiniteTimeSpan);
        opened();
        await using var stream = await response.Content.ReadAsStreamAsync(both.Token);
        var pipe = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 16 * 1024));
        var decoder = new WatchDecoder<T>(transport.Json);
        try
        {
            while (true)
            {
                var read = await Guard(
                    () => pipe.ReadAsync(both.Token).AsTask(),
                    e => KubeErrors.Silent(Request, options.IdleLimit, e)
                );
                clock.Change(options.IdleLimit, Timeout.InfiniteTimeSpan);
                var buffer = read.Buffer;
                while (Guarded(ref buffer, out var next))
                {
                    yield return next;
                }

                pipe.AdvanceTo(buffer.Start, buffer.End);
                if (read.IsCompleted)
                {
                    yield break;
                }
            }
        }
        finally
        {
            await pipe.CompleteAsync();
        }

        bool Guarded(ref System.Buffers.ReadOnlySequence<byte> buffer, out WatchEvent<T> next)
        {
            try
            {
                return decoder.TryRead(ref buffer, out next);
            }
            catch (JsonException e)
            {
                throw KubeErrors.Garbled(Request, e);
            }
        }

        async Task<TResult> Guard<TResult>(Func<Task<TResult>> read, Func<Exception, KubeApiException> tooLate)
        {
            try
            {
                return await read();
            }
            catch (OperationCanceledException e)
                when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                throw tooLate(e);
            }
            catch (Exception e) when (e is IOException or HttpRequestException)
            {
                throw KubeErrors.Unreachable(Request, e);
            }
        }
    }

    private KubeCall CallFrom(string resourceVersion)
    {
        var seconds = (int)(options.WatchTimeout.TotalSeconds * (1 + Random.Shared.NextDouble()));
        var path = new KubeQuery(_resource.Path(options.Namespace))
            .With("watch", "true")
            .With("allowWatchBookmarks", "true")
            .With("resourceVersion", resourceVersion)
            .With("timeoutSeconds", seconds.ToString(CultureInfo.InvariantCulture))
            .With("labelSelector", options.LabelSelector)
            .With("fieldSelector", options.FieldSelector);
        return new KubeCall(Request, HttpMethod.Get, path.ToString())
        {
            Accept = KubeAccept.One(_resource),
            IsWatch = true,
        };
    }

    /// <summary>Ends a wait; not every clock waits for a callback that runs while its timer is disposed of.</summary>
    private static void Cancel(object? source)
    {
        try
        {
            ((CancellationTokenSource)source!).Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The watch has ended by itself.
        }
    }
}
