using System.IO.Pipelines;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Builds;
using GemmaOperator.Runtime.Contracts;
using Prometheus;

namespace GemmaOperator.Metrics;

/// <summary>
/// Metrics of the fleet: gauges read from the caches whenever somebody asks, and counts of the builds that ended while
/// this process led. Only the leader has any, so that sums over replicas are right.
/// </summary>
internal sealed class FleetMetrics
{
    private const string Prefix = "gemma_operator_";

    private const int FlushAt = 16 * 1024;

    private static readonly double[] Seconds = [30, 60, 120, 300, 600, 900, 1200, 1800, 2700, 3600, 7200];

    private readonly IIndexer<GemmaBaseImage> _images;
    private readonly IIndexer<GemmaBuild> _builds;
    private readonly Func<(int Running, int Queued)> _slots;
    private readonly Func<bool> _leads;
    private readonly Gauge _running;
    private readonly Gauge _queued;
    private readonly Counter _ended;
    private readonly Histogram _duration;

    /// <param name="images">Cache of GemmaBaseImages.</param>
    /// <param name="builds">Cache of GemmaBuilds.</param>
    /// <param name="slots">Counts builds that run and builds that wait.</param>
    /// <param name="leads">Whether this process works.</param>
    /// <param name="registry">Where to.</param>
    public FleetMetrics(
        IIndexer<GemmaBaseImage> images,
        IIndexer<GemmaBuild> builds,
        Func<(int Running, int Queued)> slots,
        Func<bool> leads,
        CollectorRegistry registry
    )
    {
        (_images, _builds, _slots, _leads) = (images, builds, slots, leads);
        var make = Prometheus.Metrics.WithCustomRegistry(registry);
        _running = make.CreateGauge($"{Prefix}builds_running", "Build Jobs that run.");
        _queued = make.CreateGauge($"{Prefix}builds_queued", "Builds that wait for a free slot.");
        _ended = make.CreateCounter(
            $"{Prefix}builds_total",
            "Builds that ended, by why they were due, what they made and how they ended.",
            "namespace",
            "name",
            "reason",
            "kind",
            "result"
        );
        _duration = make.CreateHistogram(
            $"{Prefix}build_duration_seconds",
            "From the first Job to the end.",
            ["kind", "result"],
            new HistogramConfiguration { Buckets = Seconds }
        );
        registry.AddBeforeCollectCallback(Refresh);
    }

    /// <summary>Returns a build has ended just now.</summary>
    /// <param name="build">The build.</param>
    /// <param name="status">As it was written.</param>
    public void Ended(GemmaBuild build, GemmaBuildStatus status)
    {
        var result = (build with { Status = status }).Succeeded?.Reason ?? "Unknown";
        _ended
            .WithLabels(
                build.Metadata.NamespaceProperty,
                build.Spec!.ImageRef.Name,
                string.Join('+', build.Spec.Reasons),
                BuildKind.Of(build),
                result
            )
            .Inc();
        if (status is { StartTime: { } start, CompletionTime: { } end })
        {
            _duration.WithLabels(BuildKind.Of(build), result).Observe((end - start).TotalSeconds);
        }
    }

    /// <summary>
    /// Writes the gauges of every image, in Prometheus' text format; they follow those of the registry.
    /// </summary>
    public async Task WriteAsync(Stream stream, CancellationToken cancellationToken)
    {
        var writer = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
        var all = _leads() ? _images.List() : [];
        foreach (var gauge in ImageGauges.All)
        {
            GaugeText.WriteHead(writer, gauge.Name, gauge.Help);
            string[] labels = ["namespace", "name", .. gauge.Labels];
            foreach (var image in all)
            {
                foreach (var sample in gauge.Of(image, _builds.ByIndex(CacheIndex.OwnerUid, image.Metadata.Uid)))
                {
                    GaugeText.WriteSample(
                        writer,
                        gauge.Name,
                        labels,
                        [image.Metadata.NamespaceProperty, image.Metadata.Name, .. sample.Labels],
                        sample.Value
                    );
                }

                if (writer.UnflushedBytes > FlushAt)
                {
                    await writer.FlushAsync(cancellationToken);
                }
            }
        }

        await writer.CompleteAsync();
    }

    private void Refresh()
    {
        var (busy, waiting) = _leads() ? _slots() : (0, 0);
        _running.Set(busy);
        _queued.Set(waiting);
        foreach (var labels in _ended.GetAllLabelValues().Where(l => _images.Get(l[0], l[1]) is null))
        {
            // Names come and go; what counts for one that is gone would be kept for ever.
            _ended.RemoveLabelled(labels);
        }
    }
}
