using k8s;
using k8s.Exceptions;
using k8s.KubeConfigModels;
using YamlDotNet.Core;

namespace GpuScheduler.Kubernetes;

/// <summary>Reads a kubeconfig, and says what is wrong with it: file, field and mend.</summary>
internal static class KubeconfigFile
{
    /// <param name="path">Of the file.</param>
    /// <param name="context">Of it; null: its <c>current-context</c>.</param>
    /// <exception cref="ApiConnectionException">It cannot be used.</exception>
    public static KubernetesClientConfiguration Load(string path, string? context)
    {
        K8SConfiguration file = Read(path);
        Check(path, file, context);
        try
        {
            return KubernetesClientConfiguration.BuildConfigFromConfigObject(file, context);
        }
        catch (Exception e) when (e is KubeConfigException or FormatException or IOException or UnauthorizedAccessException
            or System.Security.Cryptography.CryptographicException or ArgumentException or InvalidOperationException)
        {
            throw new ApiConnectionException($"kubeconfig {path}: {e.Message}; mend the entries that context \"{context ?? file.CurrentContext}\" uses", e);
        }
    }

    private static K8SConfiguration Read(string path)
    {
        try
        {
            // KubernetesClient gives null for an empty file.
            return KubernetesClientConfiguration.LoadKubeConfig(new FileInfo(path))
                ?? throw new ApiConnectionException($"kubeconfig {path}: the file is empty; write one, or give another with --kubeconfig");
        }
        catch (YamlException e)
        {
            throw new ApiConnectionException($"kubeconfig {path}, line {e.Start.Line}: no valid YAML: {e.InnerException?.Message ?? e.Message}", e);
        }
        catch (Exception e) when (e is KubeConfigException or IOException or UnauthorizedAccessException or NullReferenceException)
        {
            string reason = e is NullReferenceException ? "the file is empty"
                : File.Exists(path) ? $"it cannot be read ({e.Message})" : "there is no such file";
            throw new ApiConnectionException($"kubeconfig {path}: {reason}; give the path of a readable kubeconfig", e);
        }
    }

    /// <summary>All that KubernetesClient would say less clearly, every error at once.</summary>
    private static void Check(string path, K8SConfiguration file, string? asked)
    {
        string? name = asked ?? file.CurrentContext;
        if (string.IsNullOrEmpty(name))
        {
            throw new ApiConnectionException($"kubeconfig {path}: current-context is not set; set it with `kubectl config use-context`, or name a context");
        }

        List<Context> contexts = [.. file.Contexts ?? []];
        ContextDetails? context = contexts.Find(c => Same(c.Name, name))?.ContextDetails;
        if (context is null)
        {
            string field = asked is null ? "current-context" : "contexts";
            throw new ApiConnectionException(
                $"kubeconfig {path}: {field}: no context \"{name}\"; there {Names(contexts.Select(c => c.Name))}");
        }

        List<string> errors = [];
        List<k8s.KubeConfigModels.Cluster> clusters = [.. file.Clusters ?? []];
        ClusterEndpoint? cluster = clusters.Find(c => Same(c.Name, context.Cluster))?.ClusterEndpoint;
        if (cluster is null)
        {
            errors.Add($"contexts[{name}].context.cluster: no cluster \"{context.Cluster}\"; there {Names(clusters.Select(c => c.Name))}");
        }
        else if (!Uri.TryCreate(cluster.Server, UriKind.Absolute, out Uri? server) || server.Scheme is not ("http" or "https"))
        {
            errors.Add($"clusters[{context.Cluster}].cluster.server: \"{cluster.Server}\" is no address; write one such as https://10.0.0.1:6443");
        }

        List<User> users = [.. file.Users ?? []];
        if (!string.IsNullOrEmpty(context.User) && !users.Exists(u => Same(u.Name, context.User)))
        {
            errors.Add($"contexts[{name}].context.user: no user \"{context.User}\"; there {Names(users.Select(u => u.Name))}");
        }

        if (errors.Count > 0)
        {
            throw new ApiConnectionException($"kubeconfig {path}: {string.Join("; ", errors)}");
        }
    }

    /// <summary>As KubernetesClient compares them.</summary>
    private static bool Same(string? a, string? b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);

    private static string Names(IEnumerable<string?> names)
    {
        string all = string.Join(", ", names);
        return all.Length == 0 ? "are none" : $"are: {all}";
    }
}
