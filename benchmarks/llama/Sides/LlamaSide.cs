using LLama.Native;

namespace Benchmarks.Llama.Sides;

/// <summary>Runs llama.cpp as its package has it, with its own defaults. A step ends with the logits.</summary>
internal sealed class LlamaSide : ISide
{
    private readonly SafeLlamaModelHandle _model;
    private readonly SafeLLamaContextHandle _context;
    private readonly LLamaBatch _batch = new();

    public LlamaSide(string path, int threads)
    {
        var model = LLamaModelParams.Default();
        model.n_gpu_layers = 0;
        _model = SafeLlamaModelHandle.LoadFromFile(path, model);
        var context = LLamaContextParams.Default();
        context.n_ctx = ISide.Slots * ISide.Context;
        context.n_seq_max = ISide.Slots;
        context.n_batch = 512;
        context.n_ubatch = 512;
        (context.n_threads, context.n_threads_batch) = (threads, threads);
        _context = SafeLLamaContextHandle.Create(_model, context);
    }

    public long WeightBytes => (long)_model.SizeInBytes;

    public void Prefill(int slot, int tokens)
    {
        _context.MemorySequenceRemove((LLamaSeqId)slot, 0, -1);
        _batch.Clear();
        var prompt = Prompt.Of(tokens);
        for (var i = 0; i < tokens; i++)
        {
            _batch.Add(prompt[i], i, (LLamaSeqId)slot, logits: i == tokens - 1);
        }

        Run();
    }

    public void Decode(int batch, int position)
    {
        _batch.Clear();
        for (var slot = 0; slot < batch; slot++)
        {
            _context.MemorySequenceRemove((LLamaSeqId)slot, position, -1);
            _batch.Add(Prompt.Of(1)[0], position, (LLamaSeqId)slot, logits: true);
        }

        Run();
    }

    public float[] Logits(int tokens)
    {
        Prefill(0, tokens);
        return _context.GetLogitsIth(tokens - 1).ToArray();
    }

    public void Dispose()
    {
        _context.Dispose();
        _model.Dispose();
    }

    private void Run()
    {
        var result = _context.Decode(_batch);
        if (result != DecodeResult.Ok)
        {
            throw new InvalidOperationException($"llama_decode answers {result}.");
        }

        _context.Synchronize();
    }
}
