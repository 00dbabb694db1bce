{{- define "hashgate.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "hashgate.selector" -}}
app.kubernetes.io/name: hashgate
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end -}}

{{- define "hashgate.labels" -}}
{{ include "hashgate.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service | quote }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | quote }}
{{- end -}}

{{- define "hashgate.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "hashgate.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{/* Seconds as hours:minutes:seconds. */}}
{{- define "hashgate.duration" -}}
{{- $s := int . -}}
{{- printf "%02d:%02d:%02d" (div $s 3600) (mod (div $s 60) 60) (mod $s 60) -}}
{{- end -}}

{{/* hashgate.json: what the chart sets, and over it what config says. */}}
{{- define "hashgate.config" -}}
{{- $gibibytes := int64 .Values.data.gibibytes -}}
{{- $own := dict
      "DataDirectory" "/data"
      "Trust" (dict "Provider" "redis")
      "Redis" (dict "KeyPrefix" .Values.redis.keyPrefix)
      "Blobs" (dict "Provider" "s3")
      "S3" (dict "Bucket" .Values.s3.bucket "Region" .Values.s3.region "UseChunkEncoding" .Values.s3.useChunkEncoding)
      "Cache" (dict "MaxBytes" (mul $gibibytes 858993459))
      "Shutdown" (dict "DrainTimeout" (include "hashgate.duration" .Values.shutdown.drainSeconds) "Notice" (include "hashgate.duration" .Values.shutdown.noticeSeconds))
-}}
{{- with .Values.s3.serviceUrl }}{{ $_ := set $own.S3 "ServiceUrl" . }}{{ end -}}
{{- with .Values.s3.prefix }}{{ $_ := set $own.S3 "Prefix" . }}{{ end -}}
{{- if .Values.ingress.enabled }}{{ $_ := set $own "PublicUrl" (printf "%s://%s" (ternary "https" "http" (ne .Values.ingress.tlsSecret "")) .Values.ingress.host) }}{{ end -}}
{{- dict "Hashgate" (mustMergeOverwrite $own (deepCopy .Values.config)) | toPrettyJson -}}
{{- end -}}
