# A JDK_BASE for machines that cannot pull one: a local glibc image with a C compiler plus an unpacked JDK 25 (the context).
ARG BASE
FROM ${BASE}
COPY . /opt/jdk
ENV JAVA_HOME=/opt/jdk
