using GemmaInference.Engine.Drawing;
using GemmaInference.Model;
using GemmaInference.Torch;

namespace GemmaInference.Engine.Graphs;

/// <summary>
/// Holds the memory that graphs read and write, the same for all of them: what a step brings is written into it, what
/// comes out is read from it. Made before anything is recorded, on the graphs' stream.
/// </summary>
internal sealed class FixedMemory : IDisposable
{
    /// <summary>A row's settings, and which kind it is.</summary>
    private const int Lines = TokenDraw.Settings + 1;

    private readonly KvCache _cache;
    private readonly Tensor _numbers;
    private readonly Tensor _settings;
    private readonly Tensor _hostNumbers;
    private readonly Tensor _hostSettings;
    private readonly Tensor _tokens;
    private readonly Device _device;
    private readonly int _vocabulary;
    private Tensor? _logits;

    public FixedMemory(KvCache cache, int vocabulary, Device device)
    {
        (_cache, _vocabulary, _device) = (cache, vocabulary, device);
        long most = StepIndices.Length(cache, cache.Slots, cache.Slots);
        // Where memory is too short for one of them, the scope frees the others.
        using var scope = TensorScope.Open();
        _numbers = Tensor.Zeros([most], ScalarType.Int64, device);
        _hostNumbers = Tensor.Zeros([most], ScalarType.Int64, Device.Cpu);
        _settings = Tensor.Zeros([Lines * cache.Slots], ScalarType.Float32, device);
        _hostSettings = Tensor.Zeros([Lines * cache.Slots], ScalarType.Float32, Device.Cpu);
        _tokens = Tensor.Zeros([cache.Slots, 1], ScalarType.Float32, device);
        foreach (var tensor in All)
        {
            tensor.Detach();
        }
    }

    private Tensor[] All => [_numbers, _hostNumbers, _settings, _hostSettings, _tokens];

    /// <summary>Writes what a step brings.</summary>
    /// <param name="rows">As many as the graph has.</param>
    /// <param name="draws">Of each row; none where logits are wanted.</param>
    public void Write(IReadOnlyList<StepRow> rows, IReadOnlyList<DrawSettings> draws)
    {
        using var scope = TensorScope.Open();
        var length = StepIndices.Length(_cache, rows.Count, rows.Count);
        StepIndices.Fill(_hostNumbers.Numbers<long>()[..length], _cache, rows);
        _numbers.Narrow(0, 0, length).CopyFrom(_hostNumbers.Narrow(0, 0, length));
        if (draws.Count == 0)
        {
            return;
        }

        var settings = _hostSettings.Numbers<float>();
        var count = draws.Count;
        foreach (var (row, draw) in draws.Index())
        {
            settings[row] = draw.Temperature;
            settings[count + row] = draw.TopK;
            settings[(2 * count) + row] = draw.TopP;
            settings[(3 * count) + row] = draw.Uniform;
            settings[(4 * count) + row] = draw.MinP;
            settings[(5 * count) + row] = 1;
            settings[(6 * count) + row] = (float)draw.Kind;
        }

        _settings.Narrow(0, 0, Lines * count).CopyFrom(_hostSettings.Narrow(0, 0, Lines * count));
    }

    /// <summary>Views the numbers of a step of so many rows.</summary>
    public StepIndices Indices(int rows) =>
        StepIndices.View(_numbers.Narrow(0, 0, StepIndices.Length(_cache, rows, rows)), _cache, rows, rows);

    /// <summary>Views how rows are drawn, [6, rows], and of which kind they are, [rows, 1].</summary>
    public (Tensor Columns, Tensor Kinds) Settings(int rows)
    {
        var all = _settings.Narrow(0, 0, Lines * rows).View(Lines, rows);
        return (all.Narrow(0, 0, TokenDraw.Settings), all.Select(TokenDraw.Settings).Unsqueeze(1));
    }

    /// <summary>Views where tokens go, [rows, 1] in float32, which holds whole numbers below 2^24 exactly.</summary>
    public Tensor Tokens(int rows) => _tokens.Narrow(0, 0, rows);

    /// <summary>Makes the memory of logits, which not everybody wants.</summary>
    public void DemandLogits() =>
        _logits ??= Tensor.Zeros([_cache.Slots, _vocabulary], ScalarType.Float32, _device).Detach();

    /// <summary>Views where logits go, [rows, vocabulary].</summary>
    public Tensor Logits(int rows) => _logits!.Value.Narrow(0, 0, rows);

    public void Dispose()
    {
        foreach (var tensor in All)
        {
            tensor.Dispose();
        }

        _logits?.Dispose();
    }
}
