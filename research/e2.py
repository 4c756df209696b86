from ev import *; from nb import *; import time
ws=[45,66,87,108,115,136,157]
def our(k,**kw):
    def f(X,y,Z): return fit_predict(X,y,Z,[quant(X[:,j],k) for j in range(X.shape[1])],**kw)
    return f
M={}
M['warm']=our(255,trees=2)
for k in (255,1024,4096,65000): M[f'our{k} l2=1 mss20']=our(k)
for k in (255,1024,65000): M[f'our{k} l2=1 mss1']=our(k,mss=1)
for k in (255,65000): M[f'our{k} l2=1 mss1 base0']=our(k,mss=1,base=0.)
for k in (255,65000): M[f'our{k} l2=0 mss20']=our(k,l2=0)
for k in (255,1024,65000): M[f'our{k} l2=5 mss20']=our(k,l2=5)
for k in (1024,65000): M[f'our{k} l2=5 mss1']=our(k,l2=5,mss=1)
for k in (255,65000): M[f'our{k} l2=1 mss1 mch1']=our(k,mss=1,mch=1.)
run(M,ws)
